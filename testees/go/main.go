// testee-go puts moby's overlay2 driver behind the line protocol, version 1 (docs/protocol.md).
// Trees are changed and read by path, so that it has to answer the driver's own methods alone.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/docker/docker/daemon/graphdriver"
	"github.com/docker/docker/pkg/reexec"

	peer "overlay2-peer/driver"
)

// testee is one driver and what it was started with.
type testee struct {
	graphdriver.Driver
	home    string
	options []string
}

func main() {
	// moby unpacks archives and makes long mounts in children, which are this program again.
	if reexec.Init() {
		return
	}
	input, output := bufio.NewReaderSize(os.Stdin, 1<<16), json.NewEncoder(os.Stdout)
	output.SetEscapeHTML(false)
	t := &testee{}
	for {
		line, err := input.ReadBytes('\n')
		if err == io.EOF {
			return
		}
		var asked request
		if err == nil {
			err = json.Unmarshal(line, &asked)
		}
		if err == nil {
			err = output.Encode(t.answer(asked))
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "testee-go:", err)
			os.Exit(1)
		}
		if asked.Method == "quit" {
			return
		}
	}
}

// answer gives exactly one of result, error and skipped; a driver that panics has failed.
func (t *testee) answer(asked request) (told reply) {
	told.ID = asked.ID
	defer func() {
		if cause := recover(); cause != nil {
			told.Error = &failure{Message: fmt.Sprint("panic: ", cause), Code: "panic"}
		}
	}()
	result, err := t.perform(asked.Method, asked.Params)
	switch {
	case err == errUnknown:
		told.Skipped = &skipped{Reason: "unknown method " + asked.Method}
	case err != nil:
		told.Error = &failure{Message: err.Error()}
	default:
		told.Result = result
	}
	return told
}

func (t *testee) perform(method string, p params) (interface{}, error) {
	opts := &graphdriver.CreateOpts{StorageOpt: p.StorageOpt}
	switch method {
	case "hello":
		t.home, t.options = p.Home, p.Options
		return hello(peer.Name), t.start()
	case "restart":
		return nothing{}, t.start()
	case "batch":
		return t.batch(p.Requests), nil
	case "create":
		return nothing{}, t.Create(p.ID, p.Parent, opts)
	case "createReadWrite":
		return nothing{}, t.CreateReadWrite(p.ID, p.Parent, opts)
	case "remove":
		return nothing{}, t.Remove(p.ID)
	case "get":
		return pathOf(t.Get(p.ID, p.Label))
	case "put":
		return nothing{}, t.Put(p.ID)
	case "exists":
		return map[string]bool{"exists": t.Exists(p.ID)}, nil
	case "getMetadata":
		metadata, err := t.GetMetadata(p.ID)
		return map[string]interface{}{"metadata": metadata}, err
	case "status":
		return map[string]interface{}{"status": t.Status()}, nil
	case "cleanup":
		return nothing{}, t.Cleanup()
	case "applyDiff":
		return sizeOf(t.ApplyDiff(p.ID, p.Parent, p.archive()))
	case "diff":
		return readAll(t.Diff(p.ID, p.Parent))
	case "diffSize":
		return sizeOf(t.DiffSize(p.ID, p.Parent))
	case "changes":
		return changesOf(t.Changes(p.ID, p.Parent))
	case "quit":
		return nothing{}, nil
	}
	return nil, errUnknown
}
