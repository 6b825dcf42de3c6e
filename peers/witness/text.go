package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

const base64Prefix = "base64:"

// showBytes writes bytes as JSON text: themselves where they are UTF-8, else base64.
func showBytes(value string) string {
	if utf8.ValidString(value) && !strings.HasPrefix(value, base64Prefix) {
		return value
	}
	return base64Prefix + base64.StdEncoding.EncodeToString([]byte(value))
}

// readBytes is the inverse of showBytes.
func readBytes(text string) (string, error) {
	if !strings.HasPrefix(text, base64Prefix) {
		return text, nil
	}
	value, err := base64.StdEncoding.DecodeString(text[len(base64Prefix):])
	return string(value), err
}

var template = regexp.MustCompile(`\{(link|repeat):([^{}:]*)(?::(\d+))?\}`)

// expand fills in the templates of a scenario's strings: {link:ID} is the content of that layer's
// link file, {repeat:TEXT:N} is TEXT written N times.
func (s *stage) expand(text string) (string, error) {
	var failure error
	filled := template.ReplaceAllStringFunc(text, func(found string) string {
		part := template.FindStringSubmatch(found)
		if part[1] == "repeat" {
			count, _ := strconv.Atoi(part[3])
			return strings.Repeat(part[2], count)
		}
		link, err := os.ReadFile(s.home + "/" + part[2] + "/link")
		if err != nil {
			failure = err
		}
		return string(link)
	})
	if failure != nil {
		return "", failure
	}
	return readBytes(filled)
}

func octal(text string, otherwise uint32) (uint32, error) {
	if text == "" {
		return otherwise, nil
	}
	value, err := strconv.ParseUint(text, 8, 32)
	if err != nil {
		return 0, fmt.Errorf("mode %q: %v", text, err)
	}
	return uint32(value), nil
}
