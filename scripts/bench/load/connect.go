package main

import (
	"crypto/tls"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// connect opens and closes connections as fast as it can.
func (o *order) connect() (*report, error) {
	var done, resumed atomic.Uint64
	var stopped atomic.Bool
	var group sync.WaitGroup
	r := &report{Mode: o.mode, Faults: []string{}}
	faults := make(chan error, o.publishers)
	for lane := 0; lane < o.publishers; lane++ {
		var sessions tls.ClientSessionCache
		if o.resume {
			sessions = tls.NewLRUClientSessionCache(4)
		}
		d, err := newDialer(o.target, o.header, o.ca, sessions)
		if err != nil {
			return nil, err
		}
		open, end := d.open, hangUp
		if o.bare {
			open, end = d.openBare, endBare
		}
		// The first one of a lane has nothing to resume.
		if conn, _, err := open(lane); err != nil {
			return nil, err
		} else {
			end(conn)
		}
		group.Add(1)
		go func() {
			defer group.Done()
			for n := 0; !stopped.Load(); n++ {
				conn, _, err := open(n)
				if err != nil {
					faults <- err
					return
				}
				done.Add(1)
				if secured, ok := conn.(*tls.Conn); ok && secured.ConnectionState().DidResume {
					resumed.Add(1)
				}
				end(conn)
			}
		}()
	}
	time.Sleep(o.warmUp)
	// Both at once: to look at the servers takes a moment, in which connections go on.
	resumedFrom, doneFrom := resumed.Load(), done.Load()
	from := o.sample(doneFrom)
	time.Sleep(o.window)
	resumedTo, doneTo := resumed.Load(), done.Load()
	to := o.sample(doneTo)
	r.Resumed = resumedTo - resumedFrom
	stopped.Store(true)
	group.Wait()
	r.cost(from, to)
	r.Connects = done.Load()
	close(faults)
	for err := range faults {
		r.fault("%v", err)
	}
	r.ResumedShare = float64(r.Resumed) / float64(max(to.count-from.count, 1))
	if !o.resume && r.Resumed > 0 {
		r.fault("%d were resumed", r.Resumed)
	}
	r.judge()
	return r, nil
}

// endBare closes a connection on which nothing was asked. With TLS 1.3 its session comes after the handshake, so it is
// read to its end.
func endBare(conn net.Conn) {
	if secured, ok := conn.(*tls.Conn); ok {
		secured.CloseWrite()
	}
	readToEnd(conn)
}

// hangUp closes as browsers do: the server answers the close frame, and it is the one to end the connection
// (RFC 6455, 7.1.1). A server whose answer finds nobody has an error to deal with, which is not what is measured.
func hangUp(conn net.Conn) {
	conn.Write(clientFrame(opClose, []byte{3, 232}))
	readToEnd(conn)
}

func readToEnd(conn net.Conn) {
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	io.Copy(io.Discard, conn)
	conn.Close()
}

// startChurn opens and closes further connections beside a run; the call that it returns waits for them and counts.
func (o *order) startChurn(d *dialer, speech dialect, stopped *atomic.Bool) func() uint64 {
	var done atomic.Uint64
	var group sync.WaitGroup
	for lane := 0; lane < o.churners; lane++ {
		group.Add(1)
		go func(lane int) {
			defer group.Done()
			for !stopped.Load() {
				conn, _, err := d.open(lane)
				if err != nil {
					continue
				}
				if speech.hello != "" {
					conn.Write(clientFrame(opText, []byte(speech.hello)))
				}
				hangUp(conn)
				done.Add(1)
			}
		}(lane)
	}
	return func() uint64 {
		group.Wait()
		return done.Load()
	}
}

// idle holds connections, and says by how much the servers have grown for each. Those that come first and go again
// make the servers as large as they are after a while of work.
func (o *order) idle() (*report, error) {
	d, err := newDialer(o.target, o.header, o.ca, nil)
	if err != nil {
		return nil, err
	}
	r := &report{Mode: o.mode, Faults: []string{}}
	first, err := openFleet(d, min(o.subscribers/10, 500), 1, dialects[o.dialect], newClock(1))
	if err != nil {
		return nil, err
	}
	first.leave()
	time.Sleep(o.warmUp)
	server, proxy := memoryOf(o.server), memoryOf(o.proxy)
	crowd, err := openFleet(d, o.subscribers, 1, dialects[o.dialect], newClock(1))
	if err != nil {
		return nil, err
	}
	time.Sleep(o.window)
	r.ServerKiB = float64(memoryOf(o.server)-server) / float64(o.subscribers)
	r.ProxyKiB = float64(memoryOf(o.proxy)-proxy) / float64(o.subscribers)
	r.Closed = crowd.closed.Load()
	r.Connects = uint64(o.subscribers)
	crowd.leave()
	r.judge()
	return r, nil
}
