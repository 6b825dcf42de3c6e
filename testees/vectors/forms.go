package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

type vector struct {
	ID       string
	Input    input
	Expected expected
}

type expected struct {
	Value any
	Error *struct{ Message string }
}

type moment struct{ Seconds, Nanoseconds json.Number }

type header struct {
	Typeflag                                 byte
	Name, Linkname, Uname, Gname             []byte
	Size, Mode, Uid, Gid, Devmajor, Devminor json.Number
	Mtime, Atime, Ctime                      *moment
	Records                                  [][2][]byte
}

func readVectors(name string) []vector {
	var file struct{ Vectors []vector }
	data, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(data, &file)
	}
	if err != nil {
		fmt.Println(name, err)
		os.Exit(2)
	}
	return file.Vectors
}

func tell(value any, err error) string {
	if err != nil {
		return "error " + err.Error()
	}
	text, _ := json.Marshal(value) // which tells bytes that are no text as an escape
	return strings.ReplaceAll(string(text), `\ufffd`, "\ufffd")
}

func (e expected) tell() string {
	if e.Error != nil {
		return "error " + e.Error.Message
	}
	if all, ok := e.Value.(map[string]any); ok && all["text"] != nil {
		return tell(all["text"], nil) // of an errno, whose name Go's library does not know
	}
	return tell(e.Value, nil)
}
