package main

import (
	"bytes"
	"fmt"
	"strconv"
)

const (
	blockSize   = 512
	mtimeOffset = 136
	sumOffset   = 148
	sizeOffset  = 124
)

// maskTimes sets to zero, in place, every modification time that was taken from the clock while
// the scenario ran (or belongs to one of the given names), and mends the checksum. What is left
// does not depend on when it ran. It tells the names it masked.
func maskTimes(archive []byte, start int64, names []string) []string {
	masked := []string{}
	for at := 0; at+blockSize <= len(archive); {
		header := archive[at : at+blockSize]
		if bytes.Count(header, []byte{0}) == blockSize {
			break
		}
		name := string(bytes.TrimRight(header[:100], "\x00"))
		mtime := octalField(header[mtimeOffset : mtimeOffset+12])
		if mtime >= start-1 || contains(names, name) {
			copy(header[mtimeOffset:], "00000000000\x00")
			copy(header[sumOffset:], fmt.Sprintf("%06o\x00 ", checksum(header)))
			masked = append(masked, showBytes(name))
		}
		size := octalField(header[sizeOffset : sizeOffset+12])
		at += blockSize + int((size+blockSize-1)/blockSize)*blockSize
	}
	return masked
}

func octalField(field []byte) int64 {
	value, err := strconv.ParseInt(string(bytes.Trim(field, " \x00")), 8, 64)
	if err != nil {
		return 0
	}
	return value
}

func checksum(header []byte) int {
	sum := 0
	for index, value := range header {
		if index >= sumOffset && index < sumOffset+8 {
			value = ' '
		}
		sum += int(value)
	}
	return sum
}

func contains(names []string, name string) bool {
	for _, other := range names {
		if other == name {
			return true
		}
	}
	return false
}
