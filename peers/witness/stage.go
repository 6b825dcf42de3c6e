package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"syscall"

	"github.com/docker/docker/daemon/graphdriver"
	"github.com/docker/docker/pkg/idtools"
	"github.com/sirupsen/logrus"
	"golang.org/x/sys/unix"
)

// Step holds the fields of every kind of step; each kind uses its own few.
type Step struct {
	Do      string   `json:"do"`
	Driver  string   `json:"driver"`
	Home    string   `json:"home"`
	Options []string `json:"options"`
	UIDMaps mappings `json:"uidMaps"`
	GIDMaps mappings `json:"gidMaps"`

	ID         string             `json:"id"`
	Parent     string             `json:"parent"`
	Label      string             `json:"label"`
	StorageOpt *map[string]string `json:"storageOpt"`
	Keep       string             `json:"keep"`
	Archive    *Archive           `json:"archive"`
	As         string             `json:"as"`
	Mask       []string           `json:"mask"`
	Prefix     string             `json:"prefix"`
	Count      int                `json:"count"`
	Width      int                `json:"width"`

	Path    string  `json:"path"`
	To      string  `json:"to"`
	Content string  `json:"content"`
	Size    *int64  `json:"size"`
	Mode    string  `json:"mode"`
	Type    string  `json:"type"`
	UID     int     `json:"uid"`
	GID     int     `json:"gid"`
	Major   uint32  `json:"major"`
	Minor   uint32  `json:"minor"`
	Name    string  `json:"name"`
	Value   string  `json:"value"`
	Mtime   float64 `json:"mtime"`
	Nanos   int64   `json:"nanos"`
	Lazy    bool    `json:"lazy"`
	Data    string  `json:"data"`
}

// mappings tells an absent or null list from an empty one, as the driver does.
type mappings []idtools.IDMap

// Failure is an error as the driver told it.
type Failure struct {
	Message string `json:"message"`
	Errno   string `json:"errno,omitempty"`
}

// LogLine is one line that the driver logged during a step.
type LogLine struct {
	Level   string `json:"level"`
	Message string `json:"message"`
}

// Answer is exactly one of ok, error and panic, and the log lines of the step. Also holds what a
// failed step has to tell besides its error.
type Answer struct {
	Step  int         `json:"step"`
	OK    interface{} `json:"ok,omitempty"`
	Also  interface{} `json:"also,omitempty"`
	Error *Failure    `json:"error,omitempty"`
	Panic string      `json:"panic,omitempty"`
	Logs  []LogLine   `json:"logs,omitempty"`
}

// done is the answer of a step that has nothing to tell.
const done = "done"

type stage struct {
	home    string
	start   int64
	saved   string
	drivers map[string]graphdriver.Driver
	opts    map[string]*graphdriver.CreateOpts
	handles map[string]int
	logs    []LogLine
}

func newStage(home string, start int64, saved string) *stage {
	s := &stage{
		home:    home,
		start:   start,
		saved:   saved,
		drivers: map[string]graphdriver.Driver{},
		opts:    map[string]*graphdriver.CreateOpts{},
		handles: map[string]int{},
	}
	logrus.SetLevel(logrus.DebugLevel)
	logrus.SetOutput(discard{})
	logrus.AddHook(s)
	return s
}

type discard struct{}

func (discard) Write(bytes []byte) (int, error) { return len(bytes), nil }

// Levels and Fire make the stage a hook of the logger.
func (s *stage) Levels() []logrus.Level { return logrus.AllLevels }

// Fire keeps the driver's own lines; other packages' debug lines hold times and are left out.
func (s *stage) Fire(entry *logrus.Entry) error {
	if entry.Level == logrus.DebugLevel && entry.Data["storage-driver"] != "overlay2" {
		return nil
	}
	s.logs = append(s.logs, LogLine{entry.Level.String(), showBytes(entry.Message)})
	return nil
}

func (s *stage) umask(mask uint32) { unix.Umask(int(mask)) }

// play performs one step. A panic of the driver is an outcome like any other.
func (s *stage) play(raw json.RawMessage) (answer Answer) {
	var step Step
	if err := json.Unmarshal(raw, &step); err != nil {
		fatal("step %s: %v", raw, err)
	}
	s.logs = nil
	defer func() {
		if cause := recover(); cause != nil {
			if cause == noDriver {
				answer = Answer{Error: describe(noDriver)}
				return
			}
			answer = Answer{Panic: fmt.Sprint(cause)}
		}
		answer.Logs = s.logs
	}()
	if err := s.expandAll(&step.Path, &step.To, &step.Content, &step.ID, &step.Parent,
		&step.Value, &step.Label, &step.Data); err != nil {
		fatal("step %s: %v", raw, err)
	}
	result, err := s.perform(&step)
	if err != nil {
		if stepErr, wrong := err.(mistake); wrong {
			fatal("step %s: %v", raw, stepErr)
		}
		return Answer{Also: result, Error: describe(err)}
	}
	if result == nil {
		result = done
	}
	return Answer{OK: result}
}

// noDriver answers a step whose driver's Init has failed, or was never asked for.
const noDriver = mistake("no driver")

// mistake is a scenario's own error, as against an answer of the driver.
type mistake string

func (m mistake) Error() string { return string(m) }

func (s *stage) expandAll(fields ...*string) error {
	for _, field := range fields {
		filled, err := s.expand(*field)
		if err != nil {
			return err
		}
		*field = filled
	}
	return nil
}

func describe(err error) *Failure {
	failure := &Failure{Message: showBytes(err.Error())}
	var errno syscall.Errno
	if errors.As(err, &errno) {
		failure.Errno = unix.ErrnoName(errno)
	}
	return failure
}

func (s *stage) perform(step *Step) (interface{}, error) {
	if result, known, err := s.performDriver(step); known {
		return result, err
	}
	if result, known, err := s.performArchive(step); known {
		return result, err
	}
	result, known, err := s.performFile(step)
	if !known {
		return nil, mistake("unknown step " + step.Do)
	}
	if err != nil {
		if _, wrong := err.(mistake); wrong {
			return nil, err
		}
		// What the harness itself does to files is told by errno alone: its texts are nobody's.
		return nil, bareErrno(err)
	}
	return result, nil
}

func bareErrno(err error) error {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno
	}
	return mistake(err.Error())
}
