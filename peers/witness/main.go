// witness plays one scenario against a real overlay2 driver and prints what happened: one JSON
// line a step. It reads the scenario on stdin. The driver comes from the package
// overlay2-peer/driver, which the build scripts make for each peer.
//
// The scenario is cut at its `newProcess` steps, and each part runs in a process of its own, so
// that the driver's process-wide state starts afresh there.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"time"

	"github.com/docker/docker/pkg/reexec"
)

// Scenario is what stdin holds. Steps stay raw: each kind of step has fields of its own.
type Scenario struct {
	Home  string            `json:"home"`
	Umask string            `json:"umask"`
	Steps []json.RawMessage `json:"steps"`
	// First is the number of the first step of a part; Start is when the first part began.
	First int   `json:"first"`
	Start int64 `json:"start"`
}

func main() {
	reexec.Register("witness-part", playPart)
	if reexec.Init() {
		return
	}
	var scenario Scenario
	if err := json.NewDecoder(os.Stdin).Decode(&scenario); err != nil {
		fatal("scenario: %v", err)
	}
	scenario.Start = time.Now().Unix()
	// Archives that one part saved are there for the next ones.
	saved, err := os.MkdirTemp("", "overlay2-witness")
	if err != nil {
		fatal("%v", err)
	}
	defer os.RemoveAll(saved)
	for _, part := range cut(scenario) {
		if err := runPart(part, saved); err != nil {
			os.RemoveAll(saved)
			fatal("part from step %d: %v", part.First, err)
		}
	}
}

func cut(whole Scenario) []Scenario {
	parts := []Scenario{}
	part := whole
	part.Steps = nil
	for number, raw := range whole.Steps {
		var step struct {
			Do string `json:"do"`
		}
		if err := json.Unmarshal(raw, &step); err != nil {
			fatal("step %d: %v", number, err)
		}
		if step.Do == "newProcess" && number > 0 {
			parts = append(parts, part)
			part.Steps, part.First = nil, number
		}
		part.Steps = append(part.Steps, raw)
	}
	return append(parts, part)
}

func runPart(part Scenario, saved string) error {
	command := reexec.Command("witness-part", saved)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	// A part outlives no parent, but may leave mounts: the caller's mount namespace ends them.
	input, err := command.StdinPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	if err := json.NewEncoder(input).Encode(part); err != nil {
		return err
	}
	input.Close()
	return command.Wait()
}

func playPart() {
	var part Scenario
	if err := json.NewDecoder(os.Stdin).Decode(&part); err != nil {
		fatal("part: %v", err)
	}
	io.Copy(io.Discard, os.Stdin)
	stage := newStage(part.Home, part.Start, os.Args[1])
	if mask, err := strconv.ParseUint(part.Umask, 8, 32); err == nil {
		stage.umask(uint32(mask))
	}
	output := json.NewEncoder(os.Stdout)
	output.SetEscapeHTML(false)
	for index, raw := range part.Steps {
		answer := stage.play(raw)
		answer.Step = part.First + index
		if err := output.Encode(answer); err != nil {
			fatal("%v", err)
		}
	}
}

func fatal(format string, values ...interface{}) {
	fmt.Fprintf(os.Stderr, "witness: "+format+"\n", values...)
	os.Exit(2)
}

// run executes a program for a step and tells what it said when it failed.
func run(name string, arguments ...string) error {
	output, err := exec.Command(name, arguments...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %v: %v: %s", name, arguments, err, output)
	}
	return nil
}
