package main

import (
	"os"
	"strconv"
	"strings"
	"time"
)

// Linux counts in hundredths of a second on every architecture that Go runs on.
const tick = 10 * time.Millisecond

// family is the process and all that it has started, as far as they live.
func family(pid int) []int {
	entries, _ := os.ReadDir("/proc")
	children := map[int][]int{}
	for _, entry := range entries {
		if child, err := strconv.Atoi(entry.Name()); err == nil {
			if fields := stat(child); fields != nil {
				parent, _ := strconv.Atoi(fields[1])
				children[parent] = append(children[parent], child)
			}
		}
	}
	all := []int{pid}
	for i := 0; i < len(all); i++ {
		all = append(all, children[all[i]]...)
	}
	return all
}

// stat is what follows the name in /proc/<pid>/stat: state, parent, …
func stat(pid int) []string {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return nil
	}
	return strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
}

// cpuOf is the processor time, of user and system, that a family has used.
func cpuOf(pid int) time.Duration {
	var ticks int64
	if pid == 0 {
		return 0
	}
	for _, member := range family(pid) {
		if fields := stat(member); len(fields) > 12 {
			user, _ := strconv.ParseInt(fields[11], 10, 64)
			system, _ := strconv.ParseInt(fields[12], 10, 64)
			ticks += user + system
		}
	}
	return time.Duration(ticks) * tick
}

// memoryOf is what a family holds in KiB, without pages of files, which processes share.
func memoryOf(pid int) int64 {
	var total int64
	if pid == 0 {
		return 0
	}
	for _, member := range family(pid) {
		text, _ := os.ReadFile("/proc/" + strconv.Itoa(member) + "/status")
		for _, line := range strings.Split(string(text), "\n") {
			if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "RssAnon:" {
				kib, _ := strconv.ParseInt(fields[1], 10, 64)
				total += kib
			}
		}
	}
	return total
}
