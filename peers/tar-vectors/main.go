// tar-vectors prints what Go's archive/tar answers, as JSON on standard output: one document per
// run, the same for the same arguments and the same version of Go.
//
//	go run ./peers/tar-vectors write [-seed N] [-count N]   headers -> bytes or error text
//	go run ./peers/tar-vectors read  [-seed N] [-count N]   archives -> entries, data, error text
//	go run ./peers/tar-vectors cuts                         archives cut at every byte -> the same
//	go run ./peers/tar-vectors limits                       archives with extensions of 1 MiB
//
// It needs nothing but the standard library; run it with GO111MODULE=off.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"runtime"
)

// document is what a run prints.
type document struct {
	Why   string      `json:"why"`
	Go    string      `json:"go"`
	Seed  int64       `json:"seed"`
	Cases interface{} `json:"cases"`
}

func main() {
	if len(os.Args) < 2 {
		fail("usage: tar-vectors write|read|cuts|limits [-seed N] [-count N]")
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	seed := flags.Int64("seed", 1, "seed of the random cases")
	count := flags.Int("count", 500, "number of random cases beside the systematic ones")
	if err := flags.Parse(os.Args[2:]); err != nil {
		fail(err.Error())
	}
	random := rand.New(rand.NewSource(*seed))
	doc := document{Go: runtime.Version(), Seed: *seed}
	switch os.Args[1] {
	case "write":
		doc.Why = "bytes that archive/tar writes for a header when PAX is asked for"
		doc.Cases = writeCases(random, *count)
	case "read":
		doc.Why = "entries, data and errors that archive/tar reads from an archive"
		doc.Cases = readCases(random, *count)
	case "cuts":
		doc.Why = "what archive/tar reads from an archive cut off at every byte"
		doc.Cases = cutCases()
	case "limits":
		doc.Why = "what archive/tar reads from archives with extensions at and beyond its limit"
		doc.Cases = casesOf(limitArchives())
	default:
		fail("unknown command " + os.Args[1])
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	if err := out.Encode(doc); err != nil {
		fail(err.Error())
	}
}

func fail(why string) {
	fmt.Fprintln(os.Stderr, why)
	os.Exit(2)
}
