// bench-peer runs single works of a real overlay2 driver for the benchmark. It reads one work a
// line, runs it, and answers with one line: the nanoseconds that it took, and those that the
// processor spent on it, children included. `bench/ours.mjs` speaks the same lines for our driver,
// so that rounds of both can take turns.
//
//	bench-peer HOME
//
//	create COUNT ID PARENT       that many layers one after another, each removed untimed
//	getPut COUNT ID              that many mounts and unmounts
//	applyDiff ID PARENT ARCHIVE  diff ID PARENT  changes ID PARENT
//	make ID PARENT  makeWritable ID PARENT  remove ID
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/docker/docker/daemon/graphdriver"
	"github.com/docker/docker/pkg/reexec"

	"overlay2-peer/driver"
)

type work func(d graphdriver.Driver, args []string) (spent, error)

// spent is what a work cost: time that passed, and time of the processor.
type spent struct{ wall, cpu time.Duration }

var works = map[string]work{
	"create":       create,
	"getPut":       getPut,
	"applyDiff":    applyDiff,
	"diff":         diff,
	"changes":      changes,
	"make":         makeLayer,
	"makeWritable": makeWritable,
	"remove":       remove,
}

func main() {
	if reexec.Init() {
		return
	}
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: bench-peer HOME")
		os.Exit(2)
	}
	d, err := driver.Init(os.Args[1], nil, nil, nil)
	if err != nil {
		fmt.Fprintf(os.Stderr, "bench-peer: %v\n", err)
		os.Exit(1)
	}
	// Status asks whether native diffs are right, which is remembered and belongs to no work.
	d.Status()
	fmt.Printf("ready %s\n", driver.Name)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		fmt.Println(answer(d, strings.Split(lines.Text(), " ")))
	}
	d.Cleanup()
}

func answer(d graphdriver.Driver, line []string) string {
	run, known := works[line[0]]
	if !known {
		return "error no such work: " + line[0]
	}
	cost, err := run(d, line[1:])
	if err != nil {
		return "error " + strings.ReplaceAll(err.Error(), "\n", " ")
	}
	return fmt.Sprintf("%d %d", cost.wall.Nanoseconds(), cost.cpu.Nanoseconds())
}

// timed adds what a call costs to a sum.
func timed(sum *spent, call func() error) error {
	cpu, start := processorTime(), time.Now()
	err := call()
	sum.wall += time.Since(start)
	sum.cpu += processorTime() - cpu
	return err
}

// processorTime is that of this process and of those of its children that have ended.
func processorTime() time.Duration {
	var total time.Duration
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var usage syscall.Rusage
		syscall.Getrusage(who, &usage)
		total += time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	return total
}

func create(d graphdriver.Driver, args []string) (sum spent, err error) {
	count, err := strconv.Atoi(args[0])
	for i := 0; i < count && err == nil; i++ {
		id := fmt.Sprintf("%s-%d", args[1], i)
		if err = timed(&sum, func() error { return d.Create(id, args[2], nil) }); err == nil {
			err = d.Remove(id)
		}
	}
	return sum, err
}

func getPut(d graphdriver.Driver, args []string) (sum spent, err error) {
	count, err := strconv.Atoi(args[0])
	for i := 0; i < count && err == nil; i++ {
		err = timed(&sum, func() error {
			if _, err := d.Get(args[1], ""); err != nil {
				return err
			}
			return d.Put(args[1])
		})
	}
	return sum, err
}

func applyDiff(d graphdriver.Driver, args []string) (sum spent, err error) {
	archive, err := os.Open(args[2])
	if err != nil {
		return sum, err
	}
	defer archive.Close()
	// A daemon hands over a decompressing reader, which no child can inherit as a file could be.
	stream := struct{ io.Reader }{archive}
	return sum, timed(&sum, func() error {
		_, err := d.ApplyDiff(args[0], args[1], stream)
		return err
	})
}

func diff(d graphdriver.Driver, args []string) (sum spent, err error) {
	return sum, timed(&sum, func() error {
		archive, err := d.Diff(args[0], args[1])
		if err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, archive); err != nil {
			return err
		}
		return archive.Close()
	})
}

func changes(d graphdriver.Driver, args []string) (sum spent, err error) {
	return sum, timed(&sum, func() error {
		_, err := d.Changes(args[0], args[1])
		return err
	})
}

func makeLayer(d graphdriver.Driver, args []string) (sum spent, err error) {
	return sum, timed(&sum, func() error { return d.Create(args[0], args[1], nil) })
}

func makeWritable(d graphdriver.Driver, args []string) (sum spent, err error) {
	return sum, timed(&sum, func() error { return d.CreateReadWrite(args[0], args[1], nil) })
}

func remove(d graphdriver.Driver, args []string) (sum spent, err error) {
	return sum, timed(&sum, func() error { return d.Remove(args[0]) })
}
