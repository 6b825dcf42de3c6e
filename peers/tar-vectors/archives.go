package main

import (
	"archive/tar"
	"bytes"
	"fmt"
	"math/rand"
	"strconv"
	"time"
)

const blockSize = 512

// block is a header block in the making.
type block [blockSize]byte

func (b *block) put(offset int, s string) *block {
	copy(b[offset:], s)
	return b
}

// sum writes the checksum, of unsigned or of signed bytes.
func (b *block) sum(signed bool) *block {
	copy(b[148:156], "        ")
	total := 0
	for _, c := range b {
		if signed {
			total += int(int8(c))
		} else {
			total += int(c)
		}
	}
	copy(b[148:156], fmt.Sprintf("%06o\x00 ", total))
	return b
}

// member is a v7 header.
func member(name string, flag byte, size int) *block {
	b := &block{}
	b.put(0, name).put(100, "0000644\x00").put(108, "0000001\x00").put(116, "0000002\x00")
	b.put(124, fmt.Sprintf("%011o\x00", size)).put(136, "00000000012\x00")
	b[156] = flag
	return b
}

func ustar(name string, flag byte, size int) *block {
	return member(name, flag, size).put(257, "ustar\x0000").put(265, "user").put(297, "group")
}

func gnu(name string, flag byte, size int) *block {
	return member(name, flag, size).put(257, "ustar  \x00").put(265, "user").put(297, "group")
}

func star(name string, flag byte, size int) *block {
	return ustar(name, flag, size).put(476, "00000000021\x00").put(488, "00000000022\x00").put(508, "tar\x00")
}

func padded(data string) []byte {
	pad := (blockSize - len(data)%blockSize) % blockSize
	return append([]byte(data), make([]byte, pad)...)
}

// archive joins blocks and data; data is filled up to whole blocks.
func archive(parts ...interface{}) []byte {
	var out []byte
	for _, part := range parts {
		switch p := part.(type) {
		case *block:
			out = append(out, p.sum(false)[:]...)
		case block:
			out = append(out, p[:]...)
		case string:
			out = append(out, padded(p)...)
		case []byte:
			out = append(out, p...)
		}
	}
	return out
}

func end() []byte { return make([]byte, 2*blockSize) }

func record(k, v string) string {
	rest := len(k) + len(v) + 3
	n := rest + len(strconv.Itoa(rest))
	n = rest + len(strconv.Itoa(n))
	return fmt.Sprintf("%d %s=%s\n", n, k, v)
}

func pax(records string) []byte { return archive(ustar("x", 'x', len(records)), records) }

func records(pairs ...string) string {
	var out string
	for i := 0; i+1 < len(pairs); i += 2 {
		out += record(pairs[i], pairs[i+1])
	}
	return out
}

// randomArchive is a valid archive with random entries.
func randomArchive(random *rand.Rand) []byte {
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	formats := []tar.Format{tar.FormatPAX, tar.FormatPAX, tar.FormatUSTAR, tar.FormatGNU, tar.FormatUnknown}
	for i := random.Intn(4); i >= 0; i-- {
		h := randomHeader(random)
		h.Format = formats[random.Intn(len(formats))]
		h.Size = int64(random.Intn(1500))
		if w.WriteHeader(h) != nil {
			continue
		}
		data := make([]byte, h.Size)
		random.Read(data)
		_, _ = w.Write(data)
	}
	_ = w.Flush()
	out := buf.Bytes()
	if random.Intn(4) > 0 {
		out = append(out, end()...)
	}
	if random.Intn(6) == 0 {
		out = append(out, []byte(randomBytes(random, 700))...)
	}
	return out
}

// mutate damages an archive, and mends the checksums of most damaged headers.
func mutate(random *rand.Rand, valid []byte) []byte {
	out := append([]byte(nil), valid...)
	for i := 1 + random.Intn(3); i > 0 && len(out) > 0; i-- {
		switch random.Intn(8) {
		case 0:
			out = out[:random.Intn(len(out)+1)]
		case 1:
			out[random.Intn(len(out))] ^= byte(1 + random.Intn(255))
		case 2:
			at := random.Intn(len(out)) / blockSize * blockSize
			out = append(out[:at:at], append(make([]byte, blockSize), out[at:]...)...)
		default:
			damageField(random, out)
		}
	}
	return out
}

func damageField(random *rand.Rand, out []byte) {
	blocks := len(out) / blockSize
	if blocks == 0 {
		return
	}
	at := random.Intn(blocks) * blockSize
	fields := [][2]int{{0, 100}, {100, 8}, {108, 8}, {116, 8}, {124, 12}, {124, 12}, {136, 12}, {148, 8}, {156, 1}, {156, 1},
		{157, 100}, {257, 8}, {265, 32}, {297, 32}, {329, 8}, {337, 8}, {345, 12}, {357, 12}, {345, 155}, {386, 12}, {398, 12}, {482, 1}, {483, 12}, {508, 4}}
	f := fields[random.Intn(len(fields))]
	field := out[at+f[0] : at+f[0]+f[1]]
	switch random.Intn(7) {
	case 0:
		random.Read(field)
	case 1:
		copy(field, fmt.Sprintf("%o", random.Intn(3000)))
	case 2:
		copy(field, fmt.Sprintf(" %o ", random.Intn(3000)))
	case 3:
		field[random.Intn(len(field))] = "\x00 079/-\x80\xff"[random.Intn(9)]
	case 4:
		for i := range field {
			field[i] = 0
		}
		field[0], field[len(field)-1] = 0x80, byte(random.Intn(256))
	case 5:
		for i := range field {
			field[i] = 0xff
		}
		field[len(field)-1] = byte(random.Intn(256))
	case 6:
		flags := "0123456xgLKSV7\x00"
		field[0] = flags[random.Intn(len(flags))]
	}
	if random.Intn(8) > 0 {
		var b block
		copy(b[:], out[at:])
		copy(out[at:], b.sum(random.Intn(2) == 0)[:])
	}
}

func writerArchive(format tar.Format, entries ...*tar.Header) []byte {
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	for _, h := range entries {
		h.Format = format
		if err := w.WriteHeader(h); err != nil {
			fail(err.Error())
		}
		_, _ = w.Write(bytes.Repeat([]byte{'d'}, int(h.Size)))
	}
	_ = w.Close()
	return buf.Bytes()
}

func at(seconds int64) time.Time { return time.Unix(seconds, 0) }
