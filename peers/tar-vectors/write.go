package main

import (
	"archive/tar"
	"bytes"
	"math"
	"math/rand"
	"strings"
	"time"
)

// writeCase is a header and what WriteHeader made of it.
type writeCase struct {
	Header header `json:"header"`
	Bytes  []byte `json:"bytes,omitempty"`
	Error  string `json:"error,omitempty"`
}

func writeCases(random *rand.Rand, count int) []writeCase {
	var cases []writeCase
	add := func(h *tar.Header) {
		if c, ok := writeOne(h); ok {
			cases = append(cases, c)
		}
	}
	for _, h := range plannedHeaders() {
		add(h)
	}
	for i := 0; i < count; i++ {
		add(randomHeader(random))
	}
	return cases
}

// Go walks its maps in random order. After so many tries one answer is the only one.
const tries = 400

// writeOne says false where the answer depends on the order of a map: of several records that
// cannot be written, any one is named.
func writeOne(h *tar.Header) (writeCase, bool) {
	c := writeCase{Header: describeForWriting(h)}
	c.Bytes, c.Error = encode(h)
	if !strings.Contains(c.Error, "invalid PAX record") {
		return c, true
	}
	for try := 0; try < tries; try++ {
		if _, text := encode(h); text != c.Error {
			return c, false
		}
	}
	return c, true
}

func encode(h *tar.Header) ([]byte, string) {
	var buf bytes.Buffer
	wanted := *h
	wanted.Format = tar.FormatPAX
	w := tar.NewWriter(&buf)
	if err := w.WriteHeader(&wanted); err != nil {
		return nil, err.Error()
	}
	if h.Typeflag == tar.TypeXGlobalHeader {
		// A global header is whole only with the padding, which Go writes later.
		if err := w.Flush(); err != nil {
			return nil, err.Error()
		}
	}
	return buf.Bytes(), ""
}

func plannedHeaders() []*tar.Header {
	var all []*tar.Header
	with := func(change func(h *tar.Header)) {
		h := plainHeader()
		change(h)
		all = append(all, h)
	}
	for _, name := range plannedNames() {
		name := name
		with(func(h *tar.Header) { h.Name = name })
		with(func(h *tar.Header) { h.Name, h.Typeflag, h.Mode = name, tar.TypeDir, 040755 })
		with(func(h *tar.Header) { h.Linkname, h.Typeflag, h.Mode = name, tar.TypeSymlink, 0120777 })
		with(func(h *tar.Header) { h.Name, h.Xattrs = name, map[string]string{"user.a": "1"} })
		with(func(h *tar.Header) { h.Uname, h.Gname = name, name })
		with(func(h *tar.Header) { h.Xattrs = map[string]string{name: "v", "user.b": name} })
		with(func(h *tar.Header) {
			*h = tar.Header{Typeflag: 'g', Name: name, PAXRecords: map[string]string{"path": "x"}}
		})
	}
	for _, n := range plannedNumbers() {
		n := n
		with(func(h *tar.Header) { h.Mode = n })
		with(func(h *tar.Header) { h.Uid = int(n) })
		with(func(h *tar.Header) { h.Gid = int(n) })
		with(func(h *tar.Header) { h.Size = n })
		with(func(h *tar.Header) { h.Size, h.Typeflag = n, tar.TypeDir })
		with(func(h *tar.Header) { h.Devmajor, h.Devminor, h.Typeflag = n, 3, tar.TypeChar })
		with(func(h *tar.Header) { h.Devmajor, h.Devminor, h.Typeflag = 8, n, tar.TypeBlock })
		with(func(h *tar.Header) { h.ModTime = time.Unix(n, 0) })
		with(func(h *tar.Header) { h.ModTime = time.Unix(n, 120300000) })
		with(func(h *tar.Header) { h.AccessTime = time.Unix(n, 1) })
		with(func(h *tar.Header) { h.ChangeTime = time.Unix(n, 999999999) })
	}
	for flag := 0; flag < 256; flag++ {
		flag := byte(flag)
		with(func(h *tar.Header) { h.Typeflag = flag })
		with(func(h *tar.Header) { h.Typeflag, h.Name, h.Size = flag, "dir/", 0 })
		with(func(h *tar.Header) { h.Typeflag, h.Size = flag, -1 })
	}
	for size := 0; size < 1100; size += 9 {
		value := repeat("v", size)
		with(func(h *tar.Header) { h.Xattrs = map[string]string{"security.capability": value} })
	}
	for _, records := range plannedRecords() {
		records := records
		with(func(h *tar.Header) { h.PAXRecords = records })
		with(func(h *tar.Header) { *h = tar.Header{Typeflag: 'g', PAXRecords: records} })
	}
	with(func(h *tar.Header) { *h = tar.Header{Name: "zero"} })
	with(func(h *tar.Header) { h.ModTime = time.Time{} })
	with(func(h *tar.Header) { *h = tar.Header{Typeflag: 'g', Uid: 1} })
	with(func(h *tar.Header) { *h = tar.Header{Typeflag: 'g', ModTime: time.Unix(0, 0)} })
	with(func(h *tar.Header) { *h = tar.Header{Typeflag: 'g', AccessTime: time.Unix(9, 0)} })
	with(func(h *tar.Header) { *h = tar.Header{Typeflag: 'g', Uname: "u"} })
	with(func(h *tar.Header) { *h = tar.Header{Typeflag: 'g', Linkname: "l"} })
	with(func(h *tar.Header) { h.Mode, h.Devmajor, h.Devminor = -1, -2, -3 })
	return all
}

func plainHeader() *tar.Header {
	return &tar.Header{
		Typeflag: tar.TypeReg, Name: "usr/bin/tool", Size: 3, Mode: 0100644, Uid: 7, Gid: 8,
		Uname: "root", Gname: "wheel", ModTime: time.Unix(1569300000, 0),
	}
}

func plannedNames() []string {
	a := func(n int) string { return repeat("a", n) }
	return []string{
		"", ".", "..", "/", "//", "a", "a/", "/a", "./a", "../a", "a//b", "a/./b", "a/../b", "a\\b", "a b\n",
		"é", "日本語/ファイル", "dir-é/name", "é/plain", "\xff", "bad\xc3", "x\xed\xa0\x80y", "a\x00b", "\x00", "q\"q\x00\u00a0\u200b\x7f\xfe",
		a(99), a(100), a(101), a(100) + "/", a(99) + "/", a(98) + "//", a(98) + "//b", a(99) + "/b", a(100) + "/b",
		a(155) + "/" + a(100), a(156) + "/" + a(99), a(155) + "/" + a(101), a(154) + "/" + a(100), "/" + a(154) + "/" + a(100),
		a(155) + "/", a(156) + "/", a(155) + "/b/", a(50) + "/" + a(100) + "/", a(50) + "/" + a(99) + "/",
		repeat("d/", 50), repeat("d/", 51), repeat("d/", 127) + "e", repeat("d/", 128) + "e", repeat("d/", 129), repeat("é/", 60),
		"/" + a(100), "/" + a(101), a(60) + "/" + a(60), a(60) + "/é" + a(60), repeat("../", 40) + a(50), a(300), "x/" + a(100),
		"PaxHeaders.0/" + a(100) + "é", a(95) + "/é", a(86) + "/é", a(87) + "/é", a(88) + "/é/",
	}
}

func plannedNumbers() []int64 {
	all := []int64{0, 1, 7, 0777, 07777, 0100644, math.MaxInt64, math.MinInt64, -62135596800, -62135596799}
	for _, bits := range []uint{16, 20, 21, 22, 31, 32, 33, 34, 53, 55, 56, 62} {
		n := int64(1) << bits
		all = append(all, n-1, n, n+1, -n)
	}
	return append(all, -1, -2, -1000000000)
}

func plannedRecords() []map[string]string {
	return []map[string]string{
		{"comment": "hello"}, {"": "x"}, {"a=b": "x"}, {"a\x00b": "x"}, {"k": "v\x00w"}, {"k": ""}, {"é": "ü"}, {"\xff": "\xfe"},
		{"path": "usr/bin/tool"}, {"path": "other"}, {"path": "a\x00"}, {"size": "3"}, {"size": "4"}, {"uid": "7"}, {"gid": "8", "uid": "8"},
		{"mtime": "1569300000"}, {"mtime": "1569300000.0"}, {"atime": "1"}, {"uname": "root"}, {"gname": "root"}, {"linkpath": ""},
		{"GNU.sparse.major": "1"}, {"GNU.sparse": "x"}, {"GNU.sparsex": "x"}, {"SCHILY.xattr.user.x": "\x00\x01\xff"}, {"SCHILY.xattr.": "v"},
		{"Z": "1", "a": "2", "A": "3", "é": "4", "aa": "5"}, {"VENDOR.key": "v=w"}, {"charset": "x", "ctime": "5"},
		{"\U0001f600": "1", "\uffee": "2", "\xf5": "3"},
	}
}

func randomHeader(random *rand.Rand) *tar.Header {
	flags := "01234567SVxgLK\x00Z"
	h := &tar.Header{
		Typeflag: flags[random.Intn(len(flags))],
		Name:     randomName(random), Linkname: maybe(random, 3, randomName(random)),
		Size: randomNumber(random), Mode: randomSmall(random), Uid: int(randomNumber(random)), Gid: int(randomNumber(random)),
		Uname: maybe(random, 2, randomText(random, 40)), Gname: maybe(random, 2, randomText(random, 40)),
		ModTime: randomTime(random),
	}
	if random.Intn(4) == 0 {
		h.AccessTime, h.ChangeTime = randomTime(random), randomTime(random)
	}
	if random.Intn(3) == 0 {
		h.Devmajor, h.Devminor = randomSmall(random), randomSmall(random)
	}
	for i := random.Intn(3); i > 0; i-- {
		if h.Xattrs == nil {
			h.Xattrs = map[string]string{}
		}
		h.Xattrs[randomText(random, 20)] = randomBytes(random, 200)
	}
	return h
}

func maybe(random *rand.Rand, oneIn int, s string) string {
	if random.Intn(oneIn) == 0 {
		return s
	}
	return ""
}

func randomNumber(random *rand.Rand) int64 {
	switch random.Intn(8) {
	case 0:
		return int64(random.Uint64())
	case 1:
		return int64(1)<<uint(random.Intn(63)) - int64(random.Intn(3)) + 1
	default:
		return int64(random.Intn(100000))
	}
}

func randomSmall(random *rand.Rand) int64 {
	if random.Intn(40) == 0 {
		return randomNumber(random)
	}
	return int64(random.Intn(1 << 16))
}

func randomTime(random *rand.Rand) time.Time {
	switch random.Intn(6) {
	case 0:
		return time.Unix(randomNumber(random), int64(random.Intn(1000))*1000000)
	case 1:
		return time.Unix(-randomNumber(random), int64(random.Intn(1000000000)))
	case 2:
		return time.Time{}
	default:
		return time.Unix(int64(random.Intn(2000000000)), 0)
	}
}

func randomName(random *rand.Rand) string {
	var parts []string
	for i := random.Intn(6); i >= 0; i-- {
		parts = append(parts, randomText(random, 1+random.Intn(70)))
	}
	return strings.Join(parts, "/")
}

func randomText(random *rand.Rand, max int) string {
	alphabets := []string{"abcdefghij.-_", "abc.é日", "a\xff\xc3\xa9"}
	alphabet := alphabets[0]
	if random.Intn(4) == 0 {
		alphabet = alphabets[1+random.Intn(2)]
	}
	runes := []rune(alphabet)
	var out strings.Builder
	for n := random.Intn(max + 1); n > 0; n-- {
		if alphabet == alphabets[2] {
			out.WriteByte(alphabet[random.Intn(len(alphabet))])
			continue
		}
		out.WriteRune(runes[random.Intn(len(runes))])
	}
	return out.String()
}

func randomBytes(random *rand.Rand, max int) string {
	data := make([]byte, random.Intn(max))
	random.Read(data)
	return string(data)
}
