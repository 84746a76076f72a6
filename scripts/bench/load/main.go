// Load generator of the benchmarks: real WebSocket connections over TCP or TLS, and one JSON object of what was counted.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"
)

func main() {
	o := &order{}
	flag.StringVar(&o.mode, "mode", "fanout", "fanout, connect or idle")
	flag.StringVar(&o.target, "url", "", "ws:// or wss:// address; {n} is the number of the connection")
	flag.StringVar(&o.header, "header", "", "header line of handshakes")
	flag.StringVar(&o.ca, "ca", "", "file of the CA to trust")
	flag.StringVar(&o.publish, "publish", "", "http:// address that takes messages; {n} is the receiver's number")
	flag.StringVar(&o.publishHeader, "publish-header", "", "header line of publications")
	flag.StringVar(&o.body, "body", `{"m":"{mark}{pad}"}`, "a message")
	flag.StringVar(&o.dialect, "dialect", "websocket", "websocket, socket.io or centrifuge")
	flag.IntVar(&o.subscribers, "subscribers", 1000, "connections that stay")
	flag.IntVar(&o.size, "size", 256, "bytes of the text that a subscriber gets")
	flag.IntVar(&o.publishers, "publishers", 16, "requests, or handshakes, at a time")
	flag.IntVar(&o.batch, "batch", 1, "messages in a request, one a line")
	flag.Float64Var(&o.rate, "rate", 0, "messages a second; 0: as fast as can be")
	flag.IntVar(&o.churners, "churners", 0, "connections that come and go beside the others, at a time")
	flag.BoolVar(&o.unicast, "unicast", false, "each message is for one subscriber")
	flag.BoolVar(&o.resume, "resume", false, "resume TLS sessions")
	flag.BoolVar(&o.bare, "bare", false, "connections end after their TLS handshake, without a WebSocket")
	flag.IntVar(&o.server, "server", 0, "pid of the server, whose processor time and memory are measured")
	flag.IntVar(&o.proxy, "proxy", 0, "pid of the proxy")
	flag.DurationVar(&o.warmUp, "warm-up", time.Second, "time before it counts")
	flag.DurationVar(&o.window, "window", 3*time.Second, "time for which it counts")
	flag.Parse()
	for _, header := range []*string{&o.header, &o.publishHeader} {
		if *header != "" {
			*header = strings.TrimSpace(*header) + "\r\n"
		}
	}
	// Its own collector must not cost what the servers should have.
	debug.SetGCPercent(400)
	r, err := o.run()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	json.NewEncoder(os.Stdout).Encode(r)
}

func (o *order) run() (*report, error) {
	if o.publishers < 1 || o.publishers > mostPublishers || o.batch < 1 {
		return nil, fmt.Errorf("1 to %d publishers, and 1 message or more in a request", mostPublishers)
	}
	if _, known := dialects[o.dialect]; !known {
		return nil, fmt.Errorf("unknown dialect %q", o.dialect)
	}
	switch o.mode {
	case "fanout":
		return o.fanOut()
	case "connect":
		return o.connect()
	case "idle":
		return o.idle()
	}
	return nil, fmt.Errorf("unknown mode %q", o.mode)
}
