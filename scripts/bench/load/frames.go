package main

import "encoding/binary"

const (
	opText  = 1
	opClose = 8
	opPing  = 9
	opPong  = 10
)

// splitFrames hands each whole frame to take, and returns how many bytes those were. Frames of a server are unmasked.
func splitFrames(data []byte, take func(opcode byte, payload []byte)) int {
	used := 0
	for {
		rest := data[used:]
		if len(rest) < 2 {
			return used
		}
		head, size := 2, uint64(rest[1]&127)
		switch size {
		case 126:
			head = 4
			if len(rest) < head {
				return used
			}
			size = uint64(binary.BigEndian.Uint16(rest[2:]))
		case 127:
			head = 10
			if len(rest) < head {
				return used
			}
			size = binary.BigEndian.Uint64(rest[2:])
		}
		if uint64(len(rest)-head) < size {
			return used
		}
		take(rest[0]&15, rest[head:head+int(size)])
		used += head + int(size)
	}
}

// clientFrame makes a short frame. The mask is zero: it protects proxies from pages, not us from ourselves.
func clientFrame(opcode byte, payload []byte) []byte {
	frame := append([]byte{128 | opcode, 128 | byte(len(payload)), 0, 0, 0, 0}, payload...)
	return frame
}
