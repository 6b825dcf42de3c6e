package main

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/docker/docker/pkg/archive"
	"github.com/docker/docker/pkg/containerfs"

	peer "overlay2-peer/driver"
)

// The shapes of requests and replies, and how the driver's values become them.

type request struct {
	ID     int64  `json:"id"`
	Method string `json:"method"`
	Params params `json:"params"`
}

// params holds the fields of every request; each uses a few.
type params struct {
	Home       string            `json:"home"`
	Options    []string          `json:"options"`
	ID         string            `json:"id"`
	Parent     string            `json:"parent"`
	Label      string            `json:"label"`
	StorageOpt map[string]string `json:"storageOpt"`
	Archive    []byte            `json:"archive"`
	Requests   []request         `json:"requests"`
}

type reply struct {
	ID      int64       `json:"id,omitempty"`
	Result  interface{} `json:"result,omitempty"`
	Error   *failure    `json:"error,omitempty"`
	Skipped *skipped    `json:"skipped,omitempty"`
}

type failure struct {
	Message string `json:"message"`
	Code    string `json:"code,omitempty"`
}

type skipped struct {
	Reason string `json:"reason"`
}

type nothing struct{}

var errUnknown = errors.New("unknown method")

// hello says what this testee can do; what is not told it cannot.
func hello(name string) interface{} {
	return map[string]interface{}{"protocol": 1, "name": name, "capabilities": map[string]interface{}{
		"label": true, "storageOpt": true, "diff": true, "metadata": true, "status": true, "cleanup": true,
		"onDisk": true, "files": "path", "restart": true, "crash": true,
	}}
}

// start makes another driver on the home; what moby keeps by process stays.
func (t *testee) start() error {
	driver, err := peer.Init(t.home, t.options, nil, nil)
	if err == nil {
		t.Driver = driver
	}
	return err
}

func (t *testee) batch(requests []request) interface{} {
	replies := []reply{}
	for _, asked := range requests {
		replies = append(replies, t.answer(asked))
	}
	return map[string]interface{}{"replies": replies}
}

func (p params) archive() io.Reader {
	return bytes.NewReader(p.Archive)
}

func pathOf(tree containerfs.ContainerFS, err error) (interface{}, error) {
	if err != nil {
		return nil, err
	}
	return map[string]string{"path": tree.Path()}, nil
}

func sizeOf(size int64, err error) (interface{}, error) {
	return map[string]string{"size": strconv.FormatInt(size, 10)}, err
}

func readAll(stream io.ReadCloser, err error) (interface{}, error) {
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	taken, err := io.ReadAll(stream)
	return map[string][]byte{"archive": taken}, err
}

func changesOf(changes []archive.Change, err error) (interface{}, error) {
	kinds := map[archive.ChangeType]string{
		archive.ChangeModify: "modify", archive.ChangeAdd: "add", archive.ChangeDelete: "delete",
	}
	told := []map[string]interface{}{}
	for _, change := range changes {
		told = append(told, map[string]interface{}{"path": nameOf(change.Path), "kind": kinds[change.Kind]})
	}
	return map[string]interface{}{"changes": told}, err
}

// nameOf writes a name as text, where it is one, else as its bytes.
func nameOf(name string) interface{} {
	if utf8.ValidString(name) {
		return name
	}
	return map[string][]byte{"base64": []byte(name)}
}
