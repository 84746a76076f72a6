package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// What is published, where to, and what stands in the body: {mark}, {pad}, and {n} for the number of the one receiver.
type publication struct {
	to     *dialer
	header string
	body   string
	batch  int
	pad    int
}

// A publisher sends one request after another over one connection.
type publisher struct {
	what   *publication
	id     int
	conn   net.Conn
	reader *bufio.Reader
	text   bytes.Buffer
}

func newPublisher(what *publication, id int) (*publisher, error) {
	conn, err := what.to.connect()
	if err != nil {
		return nil, err
	}
	return &publisher{what: what, id: id, conn: conn, reader: bufio.NewReader(conn)}, nil
}

// A letter is one message: its number at the publisher, and the receiver where there is only one.
type letter struct {
	number   uint32
	receiver int
}

// publish sends messages in one request, one a line, and waits for the answer.
func (p *publisher) publish(letters []letter) error {
	p.text.Reset()
	padding := strings.Repeat("x", p.what.pad)
	for i, l := range letters {
		if i > 0 {
			p.text.WriteByte('\n')
		}
		mark := string(appendMark(nil, p.id, l.number))
		line := strings.Replace(p.what.body, "{mark}{pad}", mark+padding, 1)
		p.text.WriteString(strings.Replace(line, "{n}", fmt.Sprint(l.receiver), 1))
	}
	kind := "application/json"
	if p.what.batch > 1 {
		kind = "application/x-ndjson"
	}
	path := strings.ReplaceAll(p.what.to.target.RequestURI(), "%7Bn%7D", fmt.Sprint(letters[0].receiver))
	path = strings.ReplaceAll(path, "{n}", fmt.Sprint(letters[0].receiver))
	head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\n%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n",
		path, p.what.to.target.Host, p.what.header, kind, p.text.Len())
	p.conn.SetDeadline(time.Now().Add(patience))
	if _, err := p.conn.Write(append([]byte(head), p.text.Bytes()...)); err != nil {
		return err
	}
	response, err := http.ReadResponse(p.reader, nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode/100 != 2 || bytes.Contains(answer, []byte(`"rejected":[{`)) {
		return fmt.Errorf("publishing answered with %s: %.200s", response.Status, answer)
	}
	return nil
}
