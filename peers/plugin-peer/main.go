// plugin-peer serves a real overlay2 driver by the graph driver protocol of Docker's legacy
// plugins, so that whoever drives plugins can drive it.
//
//	plugin-peer SOCKET
//
// It ends at SIGTERM; what is mounted stays.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"sync/atomic"
	"syscall"

	"github.com/docker/docker/daemon/graphdriver"
	"github.com/docker/docker/pkg/archive"
	"github.com/docker/docker/pkg/idtools"
	"github.com/docker/docker/pkg/reexec"

	"overlay2-peer/driver"
)

// request holds the members of every request.
type request struct {
	ID, Parent, MountLabel string
	StorageOpt             map[string]string
	Home                   string
	Opts                   []string
	UIDMaps, GIDMaps       []idtools.IDMap
}

// answer holds the members of every answer.
type answer struct {
	Err          string                    `json:",omitempty"`
	Implements   []string                  `json:",omitempty"`
	Dir          string                    `json:",omitempty"`
	Exists       bool                      `json:",omitempty"`
	Status       [][2]string               `json:",omitempty"`
	Changes      []archive.Change          `json:",omitempty"`
	Size         int64                     `json:",omitempty"`
	Metadata     map[string]string         `json:",omitempty"`
	Capabilities *graphdriver.Capabilities `json:",omitempty"`
}

var errNoInit = errors.New("GraphDriver.Init has not been called")

// current is the driver that the last Init made.
var current atomic.Value

type method func(d graphdriver.Driver, in request) (answer, error)

var methods = map[string]method{
	"Create":          create(graphdriver.Driver.Create),
	"CreateReadWrite": create(graphdriver.Driver.CreateReadWrite),
	"Remove":          func(d graphdriver.Driver, in request) (answer, error) { return answer{}, d.Remove(in.ID) },
	"Put":             func(d graphdriver.Driver, in request) (answer, error) { return answer{}, d.Put(in.ID) },
	"Cleanup":         func(d graphdriver.Driver, _ request) (answer, error) { return answer{}, d.Cleanup() },
	"Get": func(d graphdriver.Driver, in request) (answer, error) {
		tree, err := d.Get(in.ID, in.MountLabel)
		if err != nil {
			return answer{}, err
		}
		return answer{Dir: tree.Path()}, nil
	},
	"Exists": func(d graphdriver.Driver, in request) (answer, error) {
		return answer{Exists: d.Exists(in.ID)}, nil
	},
	"Status": func(d graphdriver.Driver, _ request) (answer, error) {
		return answer{Status: d.Status()}, nil
	},
	"GetMetadata": func(d graphdriver.Driver, in request) (answer, error) {
		metadata, err := d.GetMetadata(in.ID)
		return answer{Metadata: metadata}, err
	},
	"Changes": func(d graphdriver.Driver, in request) (answer, error) {
		changes, err := d.Changes(in.ID, in.Parent)
		return answer{Changes: changes}, err
	},
	"DiffSize": func(d graphdriver.Driver, in request) (answer, error) {
		size, err := d.DiffSize(in.ID, in.Parent)
		return answer{Size: size}, err
	},
}

type creator func(d graphdriver.Driver, id, parent string, opts *graphdriver.CreateOpts) error

func create(by creator) method {
	return func(d graphdriver.Driver, in request) (answer, error) {
		opts := &graphdriver.CreateOpts{MountLabel: in.MountLabel, StorageOpt: in.StorageOpt}
		return answer{}, by(d, in.ID, in.Parent, opts)
	}
}

func main() {
	if reexec.Init() {
		return
	}
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: plugin-peer SOCKET")
		os.Exit(2)
	}
	os.Remove(os.Args[1])
	listener, err := net.Listen("unix", os.Args[1])
	if err != nil {
		fmt.Fprintf(os.Stderr, "plugin-peer: %v\n", err)
		os.Exit(1)
	}
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		<-end
		listener.Close()
		os.Exit(0)
	}()
	http.Serve(listener, http.HandlerFunc(serve))
}

func serve(w http.ResponseWriter, r *http.Request) {
	defer r.Body.Close()
	// A panic in the driver ends a daemon; here it is told, so that whoever asked learns of it.
	defer func() {
		if found := recover(); found == http.ErrAbortHandler {
			panic(found)
		} else if found != nil {
			tell(w, http.StatusOK, answer{}, fmt.Errorf("panic: %v", found))
		}
	}()
	d, _ := current.Load().(*graphdriver.Driver)
	if r.URL.Path == "/GraphDriver.ApplyDiff" {
		applyDiff(w, r, d)
		return
	}
	var in request
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil && err != io.EOF {
		tell(w, http.StatusBadRequest, answer{}, err)
		return
	}
	switch r.URL.Path {
	case "/Plugin.Activate":
		tell(w, http.StatusOK, answer{Implements: []string{"GraphDriver"}}, nil)
	case "/GraphDriver.Capabilities":
		tell(w, http.StatusOK, answer{Capabilities: &graphdriver.Capabilities{}}, nil)
	case "/GraphDriver.Init":
		tell(w, http.StatusOK, answer{}, start(in))
	case "/GraphDriver.Diff":
		diff(w, in, d)
	default:
		callMethod(w, r.URL.Path, in, d)
	}
}

func start(in request) error {
	// Nobody else makes the directory above the driver's.
	if err := os.MkdirAll(filepath.Dir(in.Home), 0711); err != nil {
		return err
	}
	d, err := driver.Init(in.Home, in.Opts, in.UIDMaps, in.GIDMaps)
	if err == nil {
		current.Store(&d)
	}
	return err
}

func callMethod(w http.ResponseWriter, path string, in request, d *graphdriver.Driver) {
	const prefix = "/GraphDriver."
	var by method
	if len(path) > len(prefix) && path[:len(prefix)] == prefix {
		by = methods[path[len(prefix):]]
	}
	if by == nil {
		tell(w, http.StatusNotFound, answer{}, errors.New("no such method"))
		return
	}
	if d == nil {
		tell(w, http.StatusOK, answer{}, errNoInit)
		return
	}
	out, err := by(*d, in)
	tell(w, http.StatusOK, out, err)
}

func applyDiff(w http.ResponseWriter, r *http.Request, d *graphdriver.Driver) {
	if d == nil {
		tell(w, http.StatusOK, answer{}, errNoInit)
		return
	}
	query := r.URL.Query()
	size, err := (*d).ApplyDiff(query.Get("id"), query.Get("parent"), r.Body)
	io.Copy(io.Discard, r.Body)
	tell(w, http.StatusOK, answer{Size: size}, err)
}

// diff fails with another status than 200, since the body of that is the archive.
func diff(w http.ResponseWriter, in request, d *graphdriver.Driver) {
	if d == nil {
		tell(w, http.StatusInternalServerError, answer{}, errNoInit)
		return
	}
	stream, err := (*d).Diff(in.ID, in.Parent)
	if err != nil {
		tell(w, http.StatusInternalServerError, answer{}, err)
		return
	}
	defer stream.Close()
	if _, err := io.Copy(w, stream); err != nil {
		panic(http.ErrAbortHandler)
	}
}

func tell(w http.ResponseWriter, status int, out answer, err error) {
	if err != nil {
		out = answer{Err: err.Error()}
	}
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(out)
}
