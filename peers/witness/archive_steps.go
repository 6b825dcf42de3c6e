package main

import (
	"archive/tar"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"
)

// Archive says what ApplyDiff is given: entries, bytes, text, an archive saved earlier, or nil.
type Archive struct {
	Entries []Entry `json:"entries"`
	Base64  string  `json:"base64"`
	Text    string  `json:"text"`
	Saved   string  `json:"saved"`
	Nil     bool    `json:"nil"`
	NoEnd   bool    `json:"noEnd"`
	Cut     *int    `json:"cut"`
	Append  string  `json:"append"`
	Patches []struct {
		At    int    `json:"at"`
		Bytes string `json:"bytes"`
	} `json:"patches"`
}

// Entry is one member of an archive. Times are seconds; the default is one fixed moment.
type Entry struct {
	Name    string            `json:"name"`
	Type    string            `json:"type"`
	Mode    string            `json:"mode"`
	UID     int               `json:"uid"`
	GID     int               `json:"gid"`
	Uname   string            `json:"uname"`
	Gname   string            `json:"gname"`
	Link    string            `json:"link"`
	Content string            `json:"content"`
	Mtime   *float64          `json:"mtime"`
	Atime   *float64          `json:"atime"`
	Major   int64             `json:"major"`
	Minor   int64             `json:"minor"`
	Xattrs  map[string]string `json:"xattrs"`
	Pax     map[string]string `json:"pax"`
	Format  string            `json:"format"`
}

const defaultMtime = 1500000000

func (s *stage) performArchive(step *Step) (result interface{}, known bool, err error) {
	switch step.Do {
	case "applyDiff":
		result, err = s.applyDiff(step)
	case "diff":
		result, err = s.diff(step)
	default:
		return nil, false, nil
	}
	return result, true, err
}

func (s *stage) applyDiff(step *Step) (interface{}, error) {
	given, err := s.build(step.Archive)
	if err != nil {
		return nil, mistake(err.Error())
	}
	var source io.Reader
	if !step.Archive.Nil {
		source = bytes.NewReader(given)
	}
	size, err := s.driver(step).ApplyDiff(step.ID, step.Parent, source)
	text, _ := number(size, nil)
	told := map[string]interface{}{"size": text}
	if !step.Archive.Nil {
		told["archive"] = base64.StdEncoding.EncodeToString(given)
	}
	return told, err
}

func (s *stage) build(archive *Archive) (given []byte, err error) {
	switch {
	case archive.Saved != "":
		given, err = os.ReadFile(filepath.Join(s.saved, archive.Saved))
	case archive.Base64 != "":
		given, err = base64.StdEncoding.DecodeString(archive.Base64)
	case archive.Entries != nil:
		given, err = s.write(archive)
	default:
		var text string
		text, err = s.expand(archive.Text)
		given = []byte(text)
	}
	if err != nil {
		return nil, err
	}
	tail, err := s.expand(archive.Append)
	if err != nil {
		return nil, err
	}
	given = append(given, tail...)
	for _, patch := range archive.Patches {
		text, err := s.expand(patch.Bytes)
		if err != nil {
			return nil, err
		}
		copy(given[patch.At:], text)
	}
	if archive.Cut != nil {
		given = given[:*archive.Cut]
	}
	return given, nil
}

func (s *stage) write(archive *Archive) ([]byte, error) {
	var output bytes.Buffer
	writer := tar.NewWriter(&output)
	for _, entry := range archive.Entries {
		header, content, err := s.header(&entry)
		if err != nil {
			return nil, err
		}
		if err := writer.WriteHeader(header); err != nil {
			return nil, fmt.Errorf("entry %s: %v", entry.Name, err)
		}
		if _, err := writer.Write([]byte(content)); err != nil {
			return nil, fmt.Errorf("entry %s: %v", entry.Name, err)
		}
	}
	if archive.NoEnd {
		return output.Bytes(), writer.Flush()
	}
	err := writer.Close()
	return output.Bytes(), err
}

func (s *stage) header(entry *Entry) (*tar.Header, string, error) {
	name, content, link := entry.Name, entry.Content, entry.Link
	if err := s.expandAll(&name, &content, &link); err != nil {
		return nil, "", err
	}
	mode, err := octal(entry.Mode, 0644)
	if err != nil {
		return nil, "", err
	}
	header := &tar.Header{
		Name: name, Linkname: link, Mode: int64(mode), Uid: entry.UID, Gid: entry.GID,
		Uname: entry.Uname, Gname: entry.Gname, Size: int64(len(content)),
		Devmajor: entry.Major, Devminor: entry.Minor, Typeflag: tar.TypeReg,
		ModTime: moment(entry.Mtime, defaultMtime), Format: tar.FormatPAX,
	}
	if entry.Type != "" {
		header.Typeflag = entry.Type[0]
	}
	if entry.Atime != nil {
		header.AccessTime = moment(entry.Atime, 0)
	}
	if entry.Format == "gnu" {
		header.Format = tar.FormatGNU
	}
	records := map[string]string{}
	for key, value := range entry.Pax {
		records[key] = value
	}
	for key, value := range entry.Xattrs {
		if records["SCHILY.xattr."+key], err = readBytes(value); err != nil {
			return nil, "", err
		}
	}
	if len(records) > 0 {
		header.PAXRecords = records
	}
	if header.Typeflag == tar.TypeXGlobalHeader {
		header = &tar.Header{Typeflag: tar.TypeXGlobalHeader, PAXRecords: records}
	}
	return header, content, nil
}

func moment(seconds *float64, otherwise float64) time.Time {
	value := otherwise
	if seconds != nil {
		value = *seconds
	}
	whole := int64(value)
	return time.Unix(whole, int64((value-float64(whole))*1e9))
}

func (s *stage) diff(step *Step) (interface{}, error) {
	stream, err := s.driver(step).Diff(step.ID, step.Parent)
	if err != nil {
		return nil, err
	}
	taken, err := io.ReadAll(stream)
	if closing := stream.Close(); err == nil {
		err = closing
	}
	masked := maskTimes(taken, s.start, step.Mask)
	if step.As != "" {
		if err := os.WriteFile(filepath.Join(s.saved, step.As), taken, 0600); err != nil {
			return nil, mistake(err.Error())
		}
	}
	return map[string]interface{}{
		"archive": base64.StdEncoding.EncodeToString(taken),
		"masked":  masked,
		"listing": list(taken),
	}, err
}

func list(archive []byte) []string {
	lines := []string{}
	reader := tar.NewReader(bytes.NewReader(archive))
	for {
		header, err := reader.Next()
		if err == io.EOF {
			return lines
		}
		if err != nil {
			return append(lines, "error: "+err.Error())
		}
		line := fmt.Sprintf("%c %07o %d:%d %s:%s %d %d %s", header.Typeflag, header.Mode,
			header.Uid, header.Gid, header.Uname, header.Gname, header.Size,
			header.ModTime.Unix(), showBytes(header.Name))
		if header.Linkname != "" {
			line += " -> " + showBytes(header.Linkname)
		}
		if header.Typeflag == tar.TypeChar || header.Typeflag == tar.TypeBlock {
			line += fmt.Sprintf(" dev %d:%d", header.Devmajor, header.Devminor)
		}
		keys := []string{}
		for key := range header.PAXRecords {
			keys = append(keys, key)
		}
		sort.Strings(keys)
		for _, key := range keys {
			if strings.HasPrefix(key, "SCHILY.") {
				line += " {" + key + "=" + showBytes(header.PAXRecords[key]) + "}"
			}
		}
		lines = append(lines, line)
	}
}
