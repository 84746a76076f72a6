package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// Seconds matter nowhere here; it only has to end when a server hangs. A plain loop on a slow core takes half a minute for
// two bursts to 5,000 sockets, and answers afterwards.
const patience = 3 * time.Minute

// A dialer opens connections to one server, of WebSocket or of HTTP.
type dialer struct {
	target *url.URL
	header string
	tls    *tls.Config
}

func newDialer(target, header, ca string, sessions tls.ClientSessionCache) (*dialer, error) {
	parsed, err := url.Parse(target)
	if err != nil {
		return nil, err
	}
	d := &dialer{target: parsed, header: header}
	if parsed.Scheme == "wss" || parsed.Scheme == "https" {
		d.tls = &tls.Config{ServerName: parsed.Hostname(), ClientSessionCache: sessions, NextProtos: []string{"http/1.1"}}
		if ca != "" {
			pem, err := os.ReadFile(ca)
			if err != nil {
				return nil, err
			}
			d.tls.RootCAs = x509.NewCertPool()
			if !d.tls.RootCAs.AppendCertsFromPEM(pem) {
				return nil, errors.New("no certificate in " + ca)
			}
		}
	}
	return d, nil
}

// open makes the n-th connection; {n} in the address becomes that number. What came with the answer is in the reader.
func (d *dialer) open(n int) (net.Conn, *bufio.Reader, error) {
	conn, err := d.connect()
	if err != nil {
		return nil, nil, err
	}
	reader, err := d.upgrade(conn, n)
	if err != nil {
		conn.Close()
		return nil, nil, err
	}
	return conn, reader, nil
}

// openBare is open without the WebSocket.
func (d *dialer) openBare(int) (net.Conn, *bufio.Reader, error) {
	conn, err := d.connect()
	return conn, nil, err
}

// connect makes a connection on which nothing has been said yet, of TLS where the address wants it.
func (d *dialer) connect() (net.Conn, error) {
	conn, err := net.DialTimeout("tcp4", d.target.Host, patience)
	if err != nil || d.tls == nil {
		return conn, err
	}
	conn.SetDeadline(time.Now().Add(patience))
	secured := tls.Client(conn, d.tls)
	if err := secured.Handshake(); err != nil {
		conn.Close()
		return nil, err
	}
	return secured, nil
}

func (d *dialer) upgrade(conn net.Conn, n int) (*bufio.Reader, error) {
	conn.SetDeadline(time.Now().Add(patience))
	path := strings.ReplaceAll(d.target.RequestURI(), "{n}", fmt.Sprint(n))
	path = strings.ReplaceAll(path, "%7Bn%7D", fmt.Sprint(n))
	request := "GET " + path + " HTTP/1.1\r\nHost: " + d.target.Host + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: bW9uaXRvci1oZXJtZXMtMQ==\r\n" + d.header + "\r\n"
	if _, err := conn.Write([]byte(request)); err != nil {
		return nil, err
	}
	reader := bufio.NewReaderSize(conn, 1024)
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusSwitchingProtocols {
		return nil, fmt.Errorf("handshake answered with %s", response.Status)
	}
	conn.SetDeadline(time.Time{})
	return reader, nil
}
