package main

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"time"
)

func number(n json.Number) int64 {
	i, _ := n.Int64()
	return i
}

func (m *moment) time() (t time.Time) {
	if m != nil {
		t = time.Unix(number(m.Seconds), number(m.Nanoseconds))
	}
	return t
}

func writeHeader(h header) (any, error) {
	records := map[string]string{}
	for _, record := range h.Records {
		records[string(record[0])] = string(record[1])
	}
	var out bytes.Buffer
	err := tar.NewWriter(&out).WriteHeader(&tar.Header{
		Format: tar.FormatPAX, PAXRecords: records,
		Typeflag: h.Typeflag, Name: string(h.Name), Linkname: string(h.Linkname),
		Size: number(h.Size), Mode: number(h.Mode), Uid: int(number(h.Uid)), Gid: int(number(h.Gid)),
		Uname: string(h.Uname), Gname: string(h.Gname),
		Devmajor: number(h.Devmajor), Devminor: number(h.Devminor),
		ModTime: h.Mtime.time(), AccessTime: h.Atime.time(), ChangeTime: h.Ctime.time(),
	})
	return out.Bytes(), err
}
