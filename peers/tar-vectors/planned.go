package main

import (
	"archive/tar"
	"fmt"
)

// plannedArchives holds one archive for each rule of the reader.
func plannedArchives() [][]byte {
	all := [][]byte{
		{}, make([]byte, 100), make([]byte, 512), make([]byte, 700), end(), append(end(), "junk"...),
		archive(member("a", '0', 0), make([]byte, 512), member("b", '0', 0)),
		archive(member("a", '0', 3), "abc", make([]byte, 512)),
		archive([]byte(repeat("garbage ", 64))), archive([]byte(repeat("garbage ", 3))),
		archive(*ustar("signed\xff\xfe", '0', 0).sum(true), end()),
		archive(*ustar("wrong", '0', 0).sum(false).put(0, "W"), end()),
		archive(*ustar("none", '0', 0).put(148, "        "), end()),
		archive(*ustar("text", '0', 0).put(148, "abc"), end()),
		archive(pax(records("path", "long")), end()), archive(pax(records("path", "long"))),
		archive(gnu("x", 'L', 4), "long", gnu("x", 'K', 4), "link", end()),
	}
	for flag := 0; flag < 256; flag++ {
		all = append(all, archive(ustar("name", byte(flag), 5), "datadata", ustar("next", '0', 1), "n", end()))
		all = append(all, archive(member("dir/", byte(flag), 0), ustar("next", '0', 1), "n", end()))
	}
	for _, text := range numberFields() {
		for _, offset := range []int{100, 108, 116, 124, 136, 329, 337} {
			width := 8
			if offset == 124 || offset == 136 {
				width = 12
			}
			var field [12]byte
			copy(field[:], text)
			b := ustar("number", '0', 0)
			copy(b[offset:offset+width], field[:width])
			all = append(all, archive(b, end()))
			if offset == 124 {
				b[156] = '5'
				all = append(all, archive(b, end()))
			}
		}
		all = append(all,
			archive(gnu("gnu-times", '0', 0).put(345, text).put(357, "00000000007\x00"), end()),
			archive(gnu("gnu-times", '0', 0).put(357, text), end()),
			archive(star("star-times", '0', 0).put(476, text), end()),
			archive(star("star-times", '0', 0).put(488, text), end()))
	}
	all = append(all, prefixArchives()...)
	all = append(all, recordArchives()...)
	all = append(all, extensionArchives()...)
	return append(all, sparseArchives()...)
}

// numberFields are the contents of numeric fields, cut to the field's width.
func numberFields() []string {
	return []string{
		"", "0", "7", "8", "9", "12\x00", "  12", "12  ", "\x00\x0012", " \x0012\x00 ", "1 2", "1\x002", "1\x009", "0x1", "-1", "+1", "1_0", "12a",
		"77777777", "777777777777", "00000000008\x00", "0000008\x00", "       ", "\xe9",
		"\x80\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x02", "\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x02", "\x80",
		"\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff\xfe", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "\xc0\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
		"\x80\x00\x00\x00\x7f\xff\xff\xff\xff\xff\xff\xff", "\x80\x00\x00\x00\x80\x00\x00\x00\x00\x00\x00\x00", "\x80\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00",
		"\xff\xff\xff\xff\x80\x00\x00\x00\x00\x00\x00\x00", "\xff\xff\xff\xff\x7f\xff\xff\xff\xff\xff\xff\xff", "\xbf\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "\x81\x00\x00\x00\x00\x00\x00\x01",
	}
}

func prefixArchives() [][]byte {
	full := repeat("n", 100)
	return [][]byte{
		archive(ustar("name", '0', 0).put(345, "pre/fix"), end()),
		archive(ustar(full, '0', 0).put(345, repeat("p", 155)).put(157, repeat("l", 100)).put(265, repeat("u", 32)).put(297, repeat("g", 32)), end()),
		archive(ustar("", '0', 0).put(345, "only"), end()),
		archive(ustar("na\x00me", '0', 0).put(345, "pre\x00fix").put(157, "li\x00nk"), end()),
		archive(star("name", '0', 0).put(345, repeat("s", 131)), end()),
		archive(star("name", '0', 0).put(345, "short"), end()),
		archive(gnu("name", '0', 0).put(345, "old/prefix"), end()),
		archive(gnu("name", '0', 0).put(345, "old/pr\xc3\xa9fix"), end()),
		archive(gnu("name", '0', 0).put(345, repeat("z", 155)), end()),
		archive(member("name", '0', 0).put(265, "user").put(329, "junk").put(345, "prefix"), end()),
		archive(member("name", '0', 0).put(257, "ustar\x00"), end()),
		archive(member("name", '0', 0).put(257, "ustar\x0099").put(345, "p"), end()),
		archive(member("name", '0', 0).put(257, "ustar  \x01").put(345, "p"), end()),
		archive(member("name", '0', 0).put(257, "ustar ").put(345, "p"), end()),
		archive(ustar("name", '0', 0).put(265, "\xc3\xa9\xff").put(297, "\xe6\x97\xa5"), end()),
		archive(ustar("slash/", 0, 0), ustar("noslash", 0, 2), "ab", member("v7/", '0', 0), end()),
		archive(pax(records("path", "long/")), ustar("short", 0, 3), "abc", end()),
	}
}

func recordArchives() [][]byte {
	var all [][]byte
	try := func(data string) {
		all = append(all,
			archive(pax(data), ustar("file", '0', 4), "data", ustar("after", '0', 0), end()),
			archive(ustar("glob", 'g', len(data)), data, ustar("file", '0', 4), "data", end()))
	}
	for _, data := range []string{
		"", "x", "5 a=\n", "6 a=b\n", "6 a=bX", "7 a=b\n", "06 a=b\n", "+7 a=b\n", "-6 a=b\n", " 6 a=b\n", "6  a=b\n", "6\ta=b\n", "6 ab\n", "5 =b\n", "4 =\n",
		"99999999999999999999 a=b\n", "9223372036854775807 a=b\n", "0000000005 a=b\n", "00000005 a\n", "6 a=b\n\x00\x00", "6 a=b\n6 c=d\n", "6 a=b\n6 a=c\n", "10 a\x00b=cde\n", "9 a=b\x00cd\n", "9 a=b=cd\n", "1_0 a=bcd\n",
		"11 path=\x00a\n", "13 uname=\x00ab\n", "000000000000000000000000000000000035 k=v\n",
	} {
		try(data)
	}
	for _, key := range []string{"path", "linkpath", "uname", "gname", "uid", "gid", "size", "mtime", "atime", "ctime", "SCHILY.xattr.user.k", "SCHILY.xattr.", "GNU.sparse.name", "comment"} {
		for _, value := range []string{
			"", "0", "1", "7", "-1", "+3", "03", "x", "1.5", "1.", ".5", "-1.5", "-0.5", "-0.0", "1.1234567899", "1.000000001", "1.x", "1.5x", "1 ", "1.2.3", "é", "\xff", "a\x00b",
			"9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775808.5", "-62135596800", "2/",
		} {
			try(records(key, value))
		}
	}
	try(records("path", "p", "linkpath", "l", "uname", "u", "gname", "g", "uid", "5", "gid", "6", "mtime", "7.25", "atime", "8", "ctime", "9", "SCHILY.xattr.user.bin", "\x00\x01\xff\n=", "SCHILY.xattr.user.empty", "", "\xff\xc3\xa9", "v"))
	return all
}

func extensionArchives() [][]byte {
	long := repeat("long/", 60)
	file := ustar("file", '0', 4)
	return [][]byte{
		archive(gnu("@", 'L', len(long)+1), long+"\x00", gnu("@", 'K', 300), repeat("k", 300), gnu("file", '2', 0), end()),
		archive(gnu("@", 'L', 1), "\x00", gnu("@", 'K', 0), gnu("file", '2', 0).put(157, "own"), end()),
		archive(gnu("@", 'L', 4), "ab\x00c", gnu("@", 'L', 3), "xyz", gnu("file", '0', 2), "fi", end()),
		archive(gnu("@", 'L', 4), "path", pax(records("path", "pax")), ustar("file", '0', 0), end()),
		archive(pax(records("path", "pax")), gnu("@", 'L', 4), "path", ustar("file", '0', 0), end()),
		archive(pax(records("path", "first", "uid", "9")), pax(records("gid", "8")), file, "data", end()),
		archive(gnu("@", 'L', 4), "dir/", gnu("file", 0, 0), end()),
		archive(ustar("glob", 'g', 16), records("path", "global"), file, "data", end()),
		archive(ustar("x", 'x', 2000), records("path", "short"), end()),
		archive(pax(records("size", "600")), ustar("file", '0', 3), repeat("d", 600), ustar("next", '0', 0), end()),
		archive(pax(records("size", "-1")), ustar("file", '0', 3), "abc", end()),
		archive(pax(records("size", "-1")), ustar("file", '5', 3), ustar("next", '0', 0), end()),
		archive(pax(records("size", "9223372036854775807")), ustar("file", '0', 3), "abc", end()),
		archive(ustar("x", 'x', 3).put(124, repeat("\xff", 12)), file, "data", end()),
		writerArchive(tar.FormatGNU, &tar.Header{Typeflag: '0', Name: repeat("g", 120), Size: 9, Uid: -5, Gid: 1 << 40, ModTime: at(-3), AccessTime: at(5), ChangeTime: at(6)}),
		writerArchive(tar.FormatPAX, &tar.Header{Typeflag: '0', Name: "é", Size: 1 << 12, Uid: 1 << 40, ModTime: at(1 << 40)}, &tar.Header{Typeflag: '2', Name: "l", Linkname: repeat("t", 200)}),
	}
}

func sparseArchives() [][]byte {
	var all [][]byte
	data := repeat("0123456789abcdef", 64)
	next := ustar("next", '0', 1)
	s := func(offset, length int) string { return fmt.Sprintf("%011o\x00%011o\x00", offset, length) }
	old := func(size, real int, entries string, more ...interface{}) {
		b := gnu("sparse", 'S', size).put(386, entries).put(483, fmt.Sprintf("%011o\x00", real))
		if len(more) > 1 {
			b[482] = 1
		}
		all = append(all, archive(append(append([]interface{}{b}, more...), next, "n", end())...))
	}
	ext := func(entries string, extended byte) *block {
		b := (&block{}).put(0, entries)
		b[504] = extended
		return b
	}
	raw := func(b *block) block { return *b }
	old(10, 20, s(0, 10), data[:10])
	old(10, 20, s(5, 10), data[:10])
	old(10, 20, s(10, 10), data[:10])
	old(10, 5, s(5, 10), data[:10])
	old(10, 20, s(5, 5)+s(15, 5), data[:10])
	old(10, 20, s(5, 5)+s(9, 5), data[:10])
	old(10, 20, s(5, 5)+s(10, 5), data[:10])
	old(10, 20, s(5, 15), data[:10])
	old(10, 20, s(5, 5), data[:10])
	old(0, 0, s(0, 0), "")
	old(0, 4096, "", "")
	old(5, 0, "", data[:5])
	old(5, 20, s(3, 0)+s(4, 0)+s(6, 5), data[:5])
	old(40, 9000, s(0, 10)+s(1000, 10)+s(2000, 10)+s(3000, 10), data[:40])
	old(45, 9000, s(0, 10)+s(1000, 10)+s(2000, 10)+s(3000, 10), raw(ext(s(4000, 5), 0)), data[:45])
	old(45, 9000, s(0, 10), raw(ext(s(1000, 10), 1)), raw(ext(s(4000, 25), 0)), data[:45])
	old(45, 9000, s(0, 10), raw(ext("", 1)), raw(ext(s(4000, 35), 0)), data[:45])
	old(45, 9000, s(0, 10), raw(ext("junk", 0)), data[:45])
	old(10, 20, "x", data[:10])
	old(10, 20, "00000000001\x00y", data[:10])
	all = append(all,
		archive(ustar("sparse", 'S', 10), data[:10], end()), archive(member("sparse", 'S', 10), data[:10], end()),
		archive(gnu("sparse", 'S', 10).put(386, s(0, 5)).put(483, "x"), data[:10], end()),
		archive(gnu("cut", 'S', 10).put(386, s(0, 5)).put(482, "\x01").put(483, "00000000012\x00")),
		archive(gnu("cut", 'S', 10).put(386, s(0, 5)).put(482, "\x01").put(483, "00000000012\x00"), make([]byte, 100)))
	inRecords := func(flag byte, size int, pairs ...string) {
		all = append(all, archive(pax(records(pairs...)), ustar("file", flag, size), data[:size], next, "n", end()))
	}
	p := "GNU.sparse."
	inRecords('0', 10, p+"size", "20", p+"numblocks", "2", p+"offset", "0", p+"numbytes", "5", p+"offset", "15", p+"numbytes", "5")
	inRecords('0', 10, p+"size", "20", p+"numblocks", "2", p+"offset", "0", p+"offset", "5")
	inRecords('0', 10, p+"numbytes", "0")
	inRecords('0', 10, p+"size", "20", p+"numblocks", "1", p+"offset", "0,1", p+"numbytes", "5")
	inRecords('0', 10, p+"size", "20", p+"numblocks", "1", p+"offset", "0")
	for _, version := range [][]string{{}, {p + "major", "0", p + "minor", "0"}, {p + "major", "0", p + "minor", "1"}, {p + "major", "0"}, {p + "minor", "1"}, {p + "major", "2", p + "minor", "0"}, {p + "major", "1"}, {p + "major", "0", p + "minor", "2"}} {
		inRecords('0', 10, append([]string{p + "name", "real", p + "realsize", "20", p + "numblocks", "2", p + "map", "0,5,15,5"}, version...)...)
		inRecords('0', 10, append([]string{p + "size", "20"}, version...)...)
	}
	for _, m := range [][2]string{{"2", "0,5,15"}, {"2", "0,5,15,5,"}, {"1", "0,5,15,5"}, {"x", "0,5"}, {"-1", "0,5"}, {"", "0,5"}, {"0", ""}, {"1", "a,5"}, {"1", "0,b"}, {"1", "-1,5"}, {"1", "0,-5"}, {"1", "15,10"}, {"2", "15,5,0,5"}, {"1", "9223372036854775807,5"}, {"4611686018427387904", "0,5"}, {"1", "0,10"}, {"1", "0,9"}, {"1", "0,11"}} {
		inRecords('0', 10, p+"major", "0", p+"minor", "1", p+"size", "20", p+"realsize", "30", p+"numblocks", m[0], p+"map", m[1])
	}
	inRecords('5', 0, p+"major", "0", p+"minor", "1", p+"size", "20", p+"numblocks", "0")
	inRecords('0', 0, p+"major", "0", p+"minor", "1", p+"size", "20", p+"numblocks", "0")
	inRecords('0', 0, p+"major", "0", p+"minor", "1", p+"size", "-20", p+"numblocks", "0")
	inRecords('0', 0, p+"major", "0", p+"minor", "1", p+"size", "x", p+"numblocks", "0")
	inRecords('0', 0, p+"major", "0", p+"minor", "1", p+"realsize", "4611686018427387904", p+"numblocks", "0")
	for _, m := range []string{
		"1\n5\n10\n", "2\n0\n5\n15\n5\n", "0\n", "x\n", "-1\n", "\n", "1\n5\n", "1\nx\n5\n", "1\n5\ny\n", "4611686018427387904\n", "9223372036854775807\n", "1\n5\n10\nrest\n", "1\n0\n20\n", "1\n+5\n010\n", "1\n5\xff\n10\n", "1000\n",
		fmt.Sprintf("%s\n5\n10\n", repeat("0", 600)+"1"), "40\n" + repeat("0\n0\n", 20) + repeat("00000000000000\n0\n", 20), "40\n" + repeat("0\n0\n", 120),
	} {
		body := string(padded(m)) + data[:10]
		size := len(body)
		head := pax(records(p+"major", "1", p+"minor", "0", p+"name", "real", p+"realsize", "20"))
		all = append(all,
			archive(head, ustar("file", '0', size), body, next, "n", end()),
			archive(head, ustar("file", '0', len(m)), body, next, "n", end()),
			archive(head, ustar("file", '0', size), body[:len(m)]),
			archive(head, ustar("file", '5', size), next, "n", end()))
	}
	return all
}

// archivesToCut are small and have every kind of header.
func archivesToCut() [][]byte {
	p := "GNU.sparse."
	m := string(padded("2\n5\n5\n30\n5\n")) + "0123456789"
	return [][]byte{
		archive(ustar("a", '0', 3), "abc", ustar("d/", '5', 0), ustar("b", '0', 512), repeat("b", 512), end()),
		archive(pax(records("path", "long", "SCHILY.xattr.user.k", "v")), ustar("a", '0', 3), "abc", end()),
		archive(gnu("@", 'L', 5), "long\x00", gnu("a", '0', 3), "abc", ustar("g", 'g', 12), records("k", "global")),
		archive(gnu("s", 'S', 10).put(386, "00000000005\x0000000000003\x00").put(482, "\x01").put(483, "00000000100\x00"), *(&block{}).put(0, "00000000040\x0000000000007\x00"), "0123456789", end()),
		archive(pax(records(p+"major", "1", p+"minor", "0", p+"name", "real", p+"realsize", "64")), ustar("file", '0', len(m)), m, end()),
	}
}

// limitArchives have extensions at and beyond the limit that Go has had since 1.19.
func limitArchives() [][]byte {
	file := ustar("file", '0', 4)
	return [][]byte{
		archive(gnu("@", 'L', 1<<20), repeat("n", 1<<20), file, "data", end()),
		archive(gnu("@", 'L', 1<<20+1), repeat("n", 1<<20+1), file, "data", end()),
		archive(gnu("@", 'L', 1<<20+1), repeat("n", 1<<20), end()[:511]),
		archive(gnu("@", 'K', 1<<20+1), repeat("n", 1<<20)),
		archive(ustar("x", 'x', 1<<30), records("path", "short"), end()),
		archive(ustar("x", 'x', 1<<30), repeat("\x00", 1<<20+512)),
		archive(ustar("g", 'g', 1<<30), repeat("\x00", 1<<20+512)),
	}
}
