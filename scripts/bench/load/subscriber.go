package main

import (
	"bytes"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A dialect is what a server wants to hear besides WebSocket.
type dialect struct {
	hello    string // sent once open
	welcomed string // what the frame contains after which messages arrive; empty: they do at once
	ping     string
	pong     string
}

var dialects = map[string]dialect{
	"websocket":  {},
	"socket.io":  {hello: "40", welcomed: "40{", ping: "2", pong: "3"},
	"centrifuge": {hello: `{"id":1,"connect":{}}`, welcomed: `"connect"`, ping: "{}", pong: "{}"},
}

// A subscriber is one connection that counts what it gets.
type subscriber struct {
	conn     net.Conn
	dialect  dialect
	ledger   ledger
	fleet    *fleet
	welcome  bool
	leaving  atomic.Bool
	lastText int
}

// A fleet is all subscribers of a run.
type fleet struct {
	members   []*subscriber
	received  atomic.Uint64
	closed    atomic.Uint64
	welcomed  sync.WaitGroup
	clock     *clock
	lastFrame atomic.Int64
	ended     sync.WaitGroup
}

// openFleet opens so many connections, some at a time, and waits until all of them get messages.
func openFleet(d *dialer, count, publishers int, speech dialect, c *clock) (*fleet, error) {
	f := &fleet{members: make([]*subscriber, count), clock: c}
	f.welcomed.Add(count)
	failure := atEach(count, 32, func(n int) error {
		conn, reader, err := d.open(n)
		if err != nil {
			return fmt.Errorf("connection %d: %w", n, err)
		}
		s := &subscriber{conn: conn, dialect: speech, ledger: newLedger(publishers), fleet: f}
		f.members[n] = s
		early, _ := reader.Peek(reader.Buffered())
		if speech.hello != "" {
			conn.Write(clientFrame(opText, []byte(speech.hello)))
		}
		if speech.welcomed == "" {
			s.welcome = true
			f.welcomed.Done()
		}
		f.ended.Add(1)
		go s.read(bytes.Clone(early))
		return nil
	})
	if failure != nil {
		return nil, failure
	}
	f.welcomed.Wait()
	return f, nil
}

func (s *subscriber) read(data []byte) {
	defer s.fleet.ended.Done()
	buffer := make([]byte, 8192)
	filled := copy(buffer, data)
	var got uint64
	take := func(opcode byte, payload []byte) {
		switch opcode {
		case opClose:
			s.conn.Write(clientFrame(opClose, payload[:min(len(payload), 2)]))
		case opPing:
			s.conn.Write(clientFrame(opPong, payload))
		case opPong:
		default:
			got += s.text(payload)
		}
	}
	for {
		got = 0
		used := splitFrames(buffer[:filled], take)
		if got > 0 {
			s.fleet.received.Add(got)
		}
		filled = copy(buffer, buffer[used:filled])
		if filled == len(buffer) {
			buffer = append(buffer, make([]byte, len(buffer))...)
		}
		n, err := s.conn.Read(buffer[filled:])
		if err != nil {
			if !s.leaving.Load() {
				s.fleet.closed.Add(1)
			}
			return
		}
		filled += n
	}
}

func (s *subscriber) text(payload []byte) (marks uint64) {
	for rest := payload; ; marks++ {
		publisher, number, after := nextMark(rest)
		if after == nil {
			break
		}
		s.ledger.enter(publisher, number)
		s.fleet.clock.arrived(publisher, number)
		rest = after
	}
	if marks > 0 {
		s.fleet.lastFrame.Store(int64(len(payload)))
		return marks
	}
	if !s.welcome && bytes.Contains(payload, []byte(s.dialect.welcomed)) {
		s.welcome = true
		s.fleet.welcomed.Done()
	} else if s.dialect.ping != "" && string(payload) == s.dialect.ping {
		s.conn.Write(clientFrame(opText, []byte(s.dialect.pong)))
	}
	return 0
}

// settle waits until so many messages have arrived, or nothing has come for a while.
func (f *fleet) settle(expected uint64) {
	quiet := time.Now()
	for seen := f.received.Load(); seen < expected; time.Sleep(5 * time.Millisecond) {
		if now := f.received.Load(); now != seen {
			seen, quiet = now, time.Now()
		} else if time.Since(quiet) > 10*time.Second {
			return
		}
	}
	// What comes twice may come later.
	time.Sleep(100 * time.Millisecond)
}

// leave closes everything; after it, the ledgers may be read.
func (f *fleet) leave() {
	for _, s := range f.members {
		s.leaving.Store(true)
		s.conn.Write(clientFrame(opClose, []byte{3, 232}))
		s.conn.Close()
	}
	f.ended.Wait()
}

// atEach calls once for each number, so many at a time, and returns the first fault.
func atEach(count, atOnce int, call func(n int) error) error {
	var next atomic.Int64
	var group sync.WaitGroup
	faults := make(chan error, atOnce)
	for lane := 0; lane < atOnce; lane++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for n := int(next.Add(1)) - 1; n < count; n = int(next.Add(1)) - 1 {
				if err := call(n); err != nil {
					faults <- err
					return
				}
			}
		}()
	}
	group.Wait()
	close(faults)
	return <-faults
}
