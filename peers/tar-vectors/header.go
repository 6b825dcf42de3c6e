package main

import (
	"archive/tar"
	"sort"
	"strconv"
	"strings"
	"time"
)

const xattrPrefix = "SCHILY.xattr."

// header is a tar header as JSON: byte strings in base64, 64-bit numbers as decimal strings,
// what is empty or zero left out. Times are seconds and nanoseconds; a zero time is left out.
type header struct {
	Typeflag int         `json:"typeflag"`
	Name     []byte      `json:"name,omitempty"`
	Linkname []byte      `json:"linkname,omitempty"`
	Size     string      `json:"size,omitempty"`
	Mode     string      `json:"mode,omitempty"`
	Uid      string      `json:"uid,omitempty"`
	Gid      string      `json:"gid,omitempty"`
	Uname    []byte      `json:"uname,omitempty"`
	Gname    []byte      `json:"gname,omitempty"`
	Mtime    []string    `json:"mtime,omitempty"`
	Atime    []string    `json:"atime,omitempty"`
	Ctime    []string    `json:"ctime,omitempty"`
	Devmajor string      `json:"devmajor,omitempty"`
	Devminor string      `json:"devminor,omitempty"`
	Records  [][2][]byte `json:"records,omitempty"`
	Xattrs   [][2][]byte `json:"xattrs,omitempty"`
}

func describe(h *tar.Header) header {
	return header{
		Typeflag: int(h.Typeflag),
		Name:     []byte(h.Name),
		Linkname: []byte(h.Linkname),
		Size:     number(h.Size),
		Mode:     number(h.Mode),
		Uid:      number(int64(h.Uid)),
		Gid:      number(int64(h.Gid)),
		Uname:    []byte(h.Uname),
		Gname:    []byte(h.Gname),
		Mtime:    moment(h.ModTime),
		Atime:    moment(h.AccessTime),
		Ctime:    moment(h.ChangeTime),
		Devmajor: number(h.Devmajor),
		Devminor: number(h.Devminor),
		Records:  pairs(h.PAXRecords),
		Xattrs:   pairs(h.Xattrs),
	}
}

// describeForWriting shows extended attributes as the records that they become.
func describeForWriting(h *tar.Header) header {
	all := map[string]string{}
	for k, v := range h.PAXRecords {
		all[k] = v
	}
	for k, v := range h.Xattrs {
		all[xattrPrefix+k] = v
	}
	shown := describe(h)
	shown.Records, shown.Xattrs = pairs(all), nil
	return shown
}

func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func moment(t time.Time) []string {
	if t.IsZero() {
		return nil
	}
	return []string{strconv.FormatInt(t.Unix(), 10), strconv.Itoa(t.Nanosecond())}
}

func pairs(m map[string]string) [][2][]byte {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	var out [][2][]byte
	for _, k := range keys {
		out = append(out, [2][]byte{[]byte(k), []byte(m[k])})
	}
	return out
}

func repeat(s string, n int) string { return strings.Repeat(s, n) }
