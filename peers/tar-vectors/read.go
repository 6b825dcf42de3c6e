package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"math/rand"
	"reflect"
)

// Files that claim to be larger are passed over instead of read: they may be holes.
const readMax = 1 << 21

// readCase is an archive and what was read from it.
type readCase struct {
	Archive []byte  `json:"archive"`
	Outcome outcome `json:"outcome"`
}

// outcome holds the entries up to the end or to an error; Skipping is how many entries and which
// error there are when no data is read.
type outcome struct {
	Entries  []entry `json:"entries"`
	Error    string  `json:"error,omitempty"`
	Skipping skipped `json:"skipping"`
}

type entry struct {
	Header header `json:"header"`
	// Data is the start of the data's SHA-256 and Length its bytes; both also when an error came.
	Data   string `json:"data,omitempty"`
	Length int64  `json:"length,omitempty"`
	Unread bool   `json:"unread,omitempty"`
	Error  string `json:"error,omitempty"`
}

type skipped struct {
	Entries int    `json:"entries"`
	Error   string `json:"error,omitempty"`
}

// cutCase is an archive, the different outcomes of its beginnings, and for each length from which on
// which outcome holds.
type cutCase struct {
	Archive  []byte    `json:"archive"`
	Outcomes []outcome `json:"outcomes"`
	From     [][2]int  `json:"from"`
}

func readCases(random *rand.Rand, count int) []readCase {
	planned := plannedArchives()
	archives := append([][]byte(nil), planned...)
	for i := 0; i < count; i++ {
		archive := randomArchive(random)
		if random.Intn(3) == 0 {
			archive = planned[random.Intn(len(planned))]
		}
		if random.Intn(6) > 0 {
			archive = mutate(random, archive)
		}
		archives = append(archives, archive)
	}
	return casesOf(archives)
}

func casesOf(archives [][]byte) []readCase {
	var cases []readCase
	for _, archive := range archives {
		if result, ok := readStable(archive); ok {
			cases = append(cases, readCase{archive, result})
		}
	}
	return cases
}

func cutCases() []cutCase {
	var cases []cutCase
	for _, archive := range archivesToCut() {
		c := cutCase{Archive: archive}
		last := -1
		for cut := 0; cut <= len(archive); cut++ {
			result := readAll(archive[:cut])
			index := -1
			for i, known := range c.Outcomes {
				if reflect.DeepEqual(known, result) {
					index = i
				}
			}
			if index < 0 {
				index = len(c.Outcomes)
				c.Outcomes = append(c.Outcomes, result)
			}
			if index != last {
				c.From = append(c.From, [2]int{cut, index})
				last = index
			}
		}
		cases = append(cases, c)
	}
	return cases
}

// readStable says false where the answer depends on the order of a map: a global header with a
// malformed record keeps those that came before it.
func readStable(archive []byte) (outcome, bool) {
	first := readAll(archive)
	hasGlobal := false
	for _, e := range first.Entries {
		hasGlobal = hasGlobal || e.Header.Typeflag == tar.TypeXGlobalHeader
	}
	for try := 0; hasGlobal && try < tries; try++ {
		if !reflect.DeepEqual(first, readAll(archive)) {
			return first, false
		}
	}
	return first, true
}

func readAll(archive []byte) outcome {
	result := outcome{Entries: []entry{}, Skipping: skipAll(archive)}
	reader := tar.NewReader(onlyReader{bytes.NewReader(archive)})
	for {
		h, err := reader.Next()
		if err == io.EOF {
			return result
		}
		if err != nil {
			result.Error = err.Error()
			return result
		}
		result.Entries = append(result.Entries, readEntry(reader, h))
	}
}

func readEntry(reader *tar.Reader, h *tar.Header) entry {
	e := entry{Header: describe(h)}
	if h.Size > readMax {
		e.Unread = true
		return e
	}
	hash := sha256.New()
	n, err := io.Copy(hash, reader)
	if err != nil {
		e.Error = err.Error()
	}
	e.Length = n
	if n > 0 {
		e.Data = hex.EncodeToString(hash.Sum(nil)[:8])
	}
	return e
}

func skipAll(archive []byte) skipped {
	var result skipped
	reader := tar.NewReader(onlyReader{bytes.NewReader(archive)})
	for {
		if _, err := reader.Next(); err == io.EOF {
			return result
		} else if err != nil {
			result.Error = err.Error()
			return result
		}
		result.Entries++
	}
}

// onlyReader hides that the archive could seek: a pipe cannot.
type onlyReader struct{ io.Reader }
