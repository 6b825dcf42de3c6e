// Asks Go's own library the vectors that it can answer: go run testees/vectors/*.go [DIRECTORY]
package main

import (
	"encoding/base32"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

type input struct {
	Path, Text, Literal string
	Elements            []string
	Bytes               []byte // base64 in the file, as encoding/json has it
	Errno               any    // a number, or in other rules a name
	Header              header
}

var rules = map[string]func(in input) (any, error){
	"go-path/Join":            func(in input) (any, error) { return path.Join(in.Elements...), nil },
	"go-path/Clean":           func(in input) (any, error) { return path.Clean(in.Path), nil },
	"go-path/Dir":             func(in input) (any, error) { return path.Dir(in.Path), nil },
	"go-path/Base":            func(in input) (any, error) { return path.Base(in.Path), nil },
	"go-path/IsAbs":           func(in input) (any, error) { return path.IsAbs(in.Path), nil },
	"go-quote/Quote":          func(in input) (any, error) { return strconv.Quote(in.Text), nil },
	"go-quote/Unquote":        func(in input) (any, error) { return strconv.Unquote(in.Literal) },
	"go-numbers/ParseBool":    func(in input) (any, error) { return strconv.ParseBool(in.Text) },
	"go-text/TrimSpace":       func(in input) (any, error) { return strings.TrimSpace(in.Text), nil },
	"go-text/ToLower":         func(in input) (any, error) { return strings.ToLower(in.Text), nil },
	"link-id/generateID":      func(in input) (any, error) { return base32.StdEncoding.EncodeToString(in.Bytes)[:26], nil },
	"errno/Errno":             func(in input) (any, error) { return syscall.Errno(in.Errno.(float64)).Error(), nil },
	"tar-headers/WriteHeader": func(in input) (any, error) { return writeHeader(in.Header) },
}

func main() {
	files, _ := filepath.Glob(filepath.Join(append(os.Args[1:], "vectors")[0], "*.json"))
	asked, wrong := map[string]int{}, 0
	for _, name := range files {
		for _, v := range readVectors(name) {
			ask, isKnown := rules[path.Dir(v.ID)]
			if !isKnown {
				continue
			}
			asked[path.Dir(v.ID)]++
			if got := tell(ask(v.Input)); got != v.Expected.tell() {
				wrong++
				fmt.Printf("%s: expected %s, Go has %s\n", v.ID, v.Expected.tell(), got)
			}
		}
	}
	fmt.Println(asked, wrong, "wrong")
	if wrong > 0 || len(asked) < len(rules) {
		os.Exit(1)
	}
}
