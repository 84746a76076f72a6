package main

import (
	"math"
	"sync/atomic"
	"time"
)

// remembered is how many messages of a publisher may be on their way.
const remembered = 1 << 14

// A clock knows when messages were due, and gathers how long they took: a histogram whose steps are 2 % wide.
type clock struct {
	due     [][]atomic.Int64
	running atomic.Bool
	steps   [1024]atomic.Uint64
}

const stepsPerE = 50

func newClock(publishers int) *clock {
	c := &clock{due: make([][]atomic.Int64, publishers)}
	for p := range c.due {
		c.due[p] = make([]atomic.Int64, remembered)
	}
	return c
}

func (c *clock) published(publisher int, number uint32, at time.Time) {
	c.due[publisher][number%remembered].Store(at.UnixNano())
}

func (c *clock) arrived(publisher int, number uint32) {
	if !c.running.Load() || publisher >= len(c.due) {
		return
	}
	micros := float64(time.Now().UnixNano()-c.due[publisher][number%remembered].Load()) / 1e3
	step := int(math.Log(max(micros, 1)) * stepsPerE)
	c.steps[min(step, len(c.steps)-1)].Add(1)
}

// percentile is in milliseconds.
func (c *clock) percentile(hundredths float64) float64 {
	var total, below uint64
	for i := range c.steps {
		total += c.steps[i].Load()
	}
	for i := range c.steps {
		below += c.steps[i].Load()
		if total > 0 && float64(below) >= float64(total)*hundredths/100 {
			return math.Exp(float64(i+1)/stepsPerE) / 1e3
		}
	}
	return 0
}
