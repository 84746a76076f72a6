package main

import "bytes"

// A mark stands in every message: "@", the publisher, and the number of the message, so that whoever gets it can tell
// what is missing, what comes twice and what comes out of order. It has a fixed width, and no other "@" is in a frame.
const (
	markBytes = 7
	digits    = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
	// mostPublishers leaves one digit for the message that finds out how large frames are.
	mostPublishers = len(digits) - 1
)

var valueOf = func() (table [256]uint32) {
	for i := range digits {
		table[digits[i]] = uint32(i)
	}
	return
}()

func appendMark(to []byte, publisher int, number uint32) []byte {
	to = append(to, '@', digits[publisher])
	for shift := 24; shift >= 0; shift -= 6 {
		to = append(to, digits[number>>shift&63])
	}
	return to
}

// nextMark finds the first mark; rest is what follows it, nil when there is none.
func nextMark(text []byte) (publisher int, number uint32, rest []byte) {
	at := bytes.IndexByte(text, '@')
	if at < 0 || len(text) < at+markBytes {
		return 0, 0, nil
	}
	publisher = int(valueOf[text[at+1]])
	for _, digit := range text[at+2 : at+markBytes] {
		number = number<<6 | valueOf[digit]
	}
	return publisher, number, text[at+markBytes:]
}

// A ledger says what one subscriber got of each publisher, whose numbers begin with 0.
type ledger struct {
	next       []uint32
	received   uint64
	missing    uint64
	duplicated uint64
	disordered uint64
}

func newLedger(publishers int) ledger { return ledger{next: make([]uint32, publishers)} }

func (l *ledger) enter(publisher int, number uint32) {
	if publisher >= len(l.next) {
		l.duplicated++ // of nobody's
		return
	}
	expected := l.next[publisher]
	switch {
	case number == expected:
		l.next[publisher]++
		l.received++
	case number > expected:
		l.missing += uint64(number - expected)
		l.next[publisher] = number + 1
		l.received++
	case l.missing > 0: // late: it was counted as missing
		l.missing--
		l.received++
		l.disordered++
	default:
		l.duplicated++
	}
}
