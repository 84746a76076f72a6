package main

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// mostOnTheirWay is how many messages may be published and not yet delivered: beyond, a server would only fill buffers.
const mostOnTheirWay = 64

type order struct {
	mode, target, header, ca, publish, publishHeader, body, dialect string
	subscribers, size, publishers, batch, server, proxy, churners   int
	rate                                                            float64
	warmUp, window                                                  time.Duration
	unicast, resume, bare                                           bool
}

// A report is what a run found. A run with a fault proves nothing but that fault.
type report struct {
	Mode            string   `json:"mode"`
	Valid           bool     `json:"valid"`
	Faults          []string `json:"faults"`
	Seconds         float64  `json:"seconds"`
	Published       uint64   `json:"published"`
	Expected        uint64   `json:"expected"`
	Received        uint64   `json:"received"`
	Lost            uint64   `json:"lost"`
	Duplicated      uint64   `json:"duplicated"`
	Disordered      uint64   `json:"disordered"`
	Closed          uint64   `json:"closed"`
	FrameBytes      int64    `json:"frameBytes"`
	PerSecond       float64  `json:"perSecond"`
	MessagesPerS    float64  `json:"messagesPerSecond"`
	ServerMicros    float64  `json:"serverMicros"`
	ProxyMicros     float64  `json:"proxyMicros"`
	GeneratorMicros float64  `json:"generatorMicros"`
	GeneratorBusy   float64  `json:"generatorBusy"`
	P50             float64  `json:"p50"`
	P99             float64  `json:"p99"`
	Connects        uint64   `json:"connects"`
	Resumed         uint64   `json:"resumed"`
	ResumedShare    float64  `json:"resumedShare"`
	ServerKiB       float64  `json:"serverKiB"`
	ProxyKiB        float64  `json:"proxyKiB"`
}

// A sample is what had happened, and what it had cost, at a moment.
type sample struct {
	at                       time.Time
	count                    uint64
	server, proxy, generator time.Duration
}

func (o *order) sample(count uint64) sample {
	return sample{time.Now(), count, cpuOf(o.server), cpuOf(o.proxy), cpuOf(os.Getpid())}
}

// cost fills in rates and the processor time of each of what was counted between two moments.
func (r *report) cost(from, to sample) {
	r.Seconds = to.at.Sub(from.at).Seconds()
	count := float64(to.count - from.count)
	r.PerSecond = count / r.Seconds
	each := func(a, b time.Duration) float64 { return float64(b-a) / 1e3 / max(count, 1) }
	r.ServerMicros, r.ProxyMicros = each(from.server, to.server), each(from.proxy, to.proxy)
	r.GeneratorMicros = each(from.generator, to.generator)
	r.GeneratorBusy = (to.generator - from.generator).Seconds() / r.Seconds
}

func (o *order) fanOut() (*report, error) {
	d, err := newDialer(o.target, o.header, o.ca, tls.NewLRUClientSessionCache(64))
	if err != nil {
		return nil, err
	}
	where, err := newDialer(o.publish, "", o.ca, nil)
	if err != nil {
		return nil, err
	}
	c := newClock(o.publishers + 1)
	crowd, err := openFleet(d, o.subscribers, o.publishers+1, dialects[o.dialect], c)
	if err != nil {
		return nil, err
	}
	what := &publication{to: where, header: o.publishHeader, body: o.body, batch: o.batch}
	fan := uint64(o.subscribers)
	if o.unicast {
		fan = 1
	}
	if err := o.findPad(what, crowd, fan); err != nil {
		return nil, err
	}
	run := &publishing{order: o, what: what, crowd: crowd, clock: c, fan: fan, start: time.Now(), frame: crowd.lastFrame.Load() + int64(what.pad)}
	run.sent.Store(1)
	r := &report{Mode: o.mode, Faults: []string{}}
	var group sync.WaitGroup
	faults := make(chan error, o.publishers)
	for id := 0; id < o.publishers; id++ {
		group.Add(1)
		go func(id int) {
			defer group.Done()
			if err := run.publishAs(id); err != nil {
				faults <- err
			}
		}(id)
	}
	churn := o.startChurn(d, dialects[o.dialect], &run.stopped)
	time.Sleep(o.warmUp)
	c.running.Store(o.rate > 0)
	from, sentFrom := o.sample(crowd.received.Load()), run.sent.Load()
	time.Sleep(o.window)
	to, sentTo := o.sample(crowd.received.Load()), run.sent.Load()
	c.running.Store(false)
	run.stopped.Store(true)
	group.Wait()
	r.Connects = churn()
	r.cost(from, to)
	r.MessagesPerS = float64(sentTo-sentFrom) / r.Seconds
	r.Published = run.sent.Load()
	r.Expected = r.Published * fan
	crowd.settle(r.Expected)
	r.FrameBytes = run.frame
	r.P50, r.P99 = c.percentile(50), c.percentile(99)
	r.Closed = crowd.closed.Load()
	crowd.leave()
	for _, s := range crowd.members {
		r.Received += s.ledger.received
		r.Duplicated += s.ledger.duplicated
		r.Disordered += s.ledger.disordered
	}
	if r.Received < r.Expected {
		r.Lost = r.Expected - r.Received
	}
	close(faults)
	for err := range faults {
		r.fault("%v", err)
	}
	r.judge()
	return r, nil
}

func (r *report) fault(format string, values ...any) {
	r.Faults = append(r.Faults, fmt.Sprintf(format, values...))
}

func (r *report) judge() {
	for what, count := range map[string]uint64{
		"lost": r.Lost, "duplicated": r.Duplicated, "disordered": r.Disordered, "connections closed": r.Closed,
	} {
		if count > 0 {
			r.fault("%d %s", count, what)
		}
	}
	r.Valid = len(r.Faults) == 0
}

// findPad publishes one message, and finds out by how much it has to grow so that its frame has the size wanted.
func (o *order) findPad(what *publication, crowd *fleet, fan uint64) error {
	p, err := newPublisher(what, o.publishers)
	if err != nil {
		return err
	}
	defer p.conn.Close()
	if err := p.publish([]letter{{}}); err != nil {
		return err
	}
	crowd.settle(fan)
	if got := crowd.received.Load(); got != fan {
		return fmt.Errorf("%d of %d got the first message", got, fan)
	}
	what.pad = max(0, o.size-int(crowd.lastFrame.Load()))
	return nil
}

// publishing is what all publishers of a run share.
type publishing struct {
	*order
	what    *publication
	crowd   *fleet
	clock   *clock
	fan     uint64
	start   time.Time
	frame   int64 // bytes of a message as a subscriber gets it
	turn    atomic.Int64
	sent    atomic.Uint64
	stopped atomic.Bool
}

func (run *publishing) publishAs(id int) error {
	p, err := newPublisher(run.what, id)
	if err != nil {
		return err
	}
	defer p.conn.Close()
	// To one receiver at a time, each publisher has receivers of its own, and counts for each.
	own := (run.subscribers - id + run.publishers - 1) / run.publishers
	if run.unicast && own <= 0 {
		return nil
	}
	letters := make([]letter, run.batch)
	for next := 0; !run.stopped.Load(); next += run.batch {
		at := run.await()
		if run.stopped.Load() {
			return nil
		}
		for i := range letters {
			letters[i].number = uint32(next + i)
			if run.unicast {
				letters[i] = letter{uint32((next + i) / own), id + (next+i)%own*run.publishers}
			}
			run.clock.published(id, letters[i].number, at)
		}
		run.sent.Add(uint64(run.batch))
		if err := p.publish(letters); err != nil {
			return err
		}
	}
	return nil
}

// await returns when the next request may leave, and says when it was due: a late one counts from when it was due.
func (run *publishing) await() time.Time {
	if run.rate > 0 {
		turn := run.turn.Add(1) - 1
		due := run.start.Add(time.Duration(float64(turn) * float64(run.batch) / run.rate * 1e9))
		for time.Until(due) > 0 && !run.stopped.Load() {
			time.Sleep(min(time.Until(due), 50*time.Millisecond))
		}
		return due
	}
	most := uint64(max(mostOnTheirWay, 2*run.batch))
	for !run.stopped.Load() && run.sent.Load()*run.fan > run.crowd.received.Load()+most*run.fan {
		time.Sleep(200 * time.Microsecond)
	}
	return time.Now()
}
