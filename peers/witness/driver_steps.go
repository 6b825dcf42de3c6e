package main

import (
	"fmt"
	"path/filepath"
	"sort"
	"strconv"

	"github.com/docker/docker/daemon/graphdriver"
	"github.com/docker/docker/pkg/idtools"

	peer "overlay2-peer/driver"
)

func (s *stage) driver(step *Step) graphdriver.Driver {
	driver, found := s.drivers[step.Driver]
	if !found {
		panic(noDriver)
	}
	return driver
}

// performDriver plays the steps that are one method of the driver; `known` tells whether it was.
func (s *stage) performDriver(step *Step) (result interface{}, known bool, err error) {
	known = true
	switch step.Do {
	case "newProcess":
	case "init":
		result, err = s.initDriver(step)
	case "string":
		result = s.driver(step).String()
	case "status":
		result = s.driver(step).Status()
	case "exists":
		result = s.driver(step).Exists(step.ID)
	case "metadata":
		if result, err = s.driver(step).GetMetadata(step.ID); err != nil {
			result = nil
		}
	case "cleanup":
		err = s.driver(step).Cleanup()
	case "create", "createReadWrite":
		result, err = s.create(step)
	case "chain":
		result, err = s.chain(step)
	case "get":
		result, err = s.get(step)
	case "put":
		err = s.driver(step).Put(step.ID)
	case "remove":
		err = s.driver(step).Remove(step.ID)
	case "diffSize":
		result, err = number(s.driver(step).DiffSize(step.ID, step.Parent))
	case "changes":
		result, err = s.changes(step)
	default:
		known = false
	}
	return result, known, err
}

func (s *stage) initDriver(step *Step) (interface{}, error) {
	home := s.home
	if step.Home != "" {
		home = filepath.Join(filepath.Dir(s.home), step.Home)
	}
	driver, err := peer.Init(home, step.Options, idMaps(step.UIDMaps), idMaps(step.GIDMaps))
	if err != nil {
		return nil, err
	}
	s.drivers[step.Driver] = driver
	return driver.String(), nil
}

func idMaps(maps mappings) []idtools.IDMap {
	if maps == nil {
		return nil
	}
	return []idtools.IDMap(maps)
}

// create hands over storage options: none, the step's own, or ones kept from an earlier step.
// What is kept is told as it looks afterwards, since the driver may write into it.
func (s *stage) create(step *Step) (interface{}, error) {
	var opts *graphdriver.CreateOpts
	if step.StorageOpt != nil {
		opts = &graphdriver.CreateOpts{StorageOpt: *step.StorageOpt}
	}
	if step.Keep != "" {
		if kept, found := s.opts[step.Keep]; found {
			opts = kept
		} else if opts == nil {
			opts = &graphdriver.CreateOpts{}
		}
		s.opts[step.Keep] = opts
	}
	method := s.driver(step).Create
	if step.Do == "createReadWrite" {
		method = s.driver(step).CreateReadWrite
	}
	err := method(step.ID, step.Parent, opts)
	if step.Keep == "" {
		return nil, err
	}
	return map[string]interface{}{"storageOptAfter": opts.StorageOpt}, err
}

// chain creates layers one upon the other and tells how many it could.
func (s *stage) chain(step *Step) (interface{}, error) {
	parent := step.Parent
	for index := 0; index < step.Count; index++ {
		id := fmt.Sprintf("%s%0*d", step.Prefix, step.Width-len(step.Prefix), index)
		if err := s.driver(step).Create(id, parent, nil); err != nil {
			return map[string]int{"created": index}, err
		}
		parent = id
	}
	return map[string]int{"created": step.Count}, nil
}

func (s *stage) get(step *Step) (interface{}, error) {
	container, err := s.driver(step).Get(step.ID, step.Label)
	if err != nil {
		return nil, err
	}
	return showBytes(container.Path()), nil
}

// number writes a 64-bit count as decimal text, which every language reads without loss.
func number(value int64, err error) (interface{}, error) {
	if err != nil {
		return nil, err
	}
	return strconv.FormatInt(value, 10), nil
}

// changes are sorted: the driver lists siblings in the random order of a hash map.
func (s *stage) changes(step *Step) (interface{}, error) {
	changes, err := s.driver(step).Changes(step.ID, step.Parent)
	if err != nil {
		return nil, err
	}
	lines := []string{}
	for _, change := range changes {
		lines = append(lines, showBytes(change.String()))
	}
	sort.Strings(lines)
	return lines, nil
}
