package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"

	"golang.org/x/sys/unix"
)

// contentMax is how many bytes of a file a dump shows as they are; longer ones show a digest.
const contentMax = 4096

type dumper struct {
	lines []string
	seen  map[[2]uint64]string
}

// dump lists a tree below the home, one line an entry, parents first, siblings by name bytes:
// type, mode, owner, link count when above one, path, and what the type has (content, target,
// device), the first other name of the same inode, and extended attributes. Times and inode
// numbers are left out, directories' link counts too.
func dump(home, below string) (interface{}, error) {
	d := &dumper{lines: []string{}, seen: map[[2]uint64]string{}}
	root := filepath.Join(home, below)
	if err := d.entry(root, showBytes(filepath.Join(".", below))); err != nil {
		return nil, err
	}
	return d.lines, nil
}

func (d *dumper) entry(path, shown string) error {
	var stat unix.Stat_t
	if err := unix.Lstat(path, &stat); err != nil {
		return err
	}
	line := fmt.Sprintf("%s %04o %d:%d", kindOf(stat.Mode), stat.Mode&07777, stat.Uid, stat.Gid)
	directory := stat.Mode&unix.S_IFMT == unix.S_IFDIR
	tail := ""
	if !directory && stat.Nlink > 1 {
		line += fmt.Sprintf(" n=%d", stat.Nlink)
		inode := [2]uint64{uint64(stat.Dev), stat.Ino}
		if first, found := d.seen[inode]; found {
			tail = " same as " + first
		} else {
			d.seen[inode] = shown
		}
	}
	about, err := describeContent(path, &stat)
	if err != nil {
		return err
	}
	attributes, err := attributes(path)
	if err != nil {
		return err
	}
	d.lines = append(d.lines, line+" "+shown+about+tail+attributes)
	if !directory {
		return nil
	}
	return d.children(path, shown)
}

func (d *dumper) children(path, shown string) error {
	found, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	names := []string{}
	for _, entry := range found {
		names = append(names, entry.Name())
	}
	sort.Strings(names)
	for _, name := range names {
		below := shown + "/" + showBytes(name)
		if shown == "." {
			below = showBytes(name)
		}
		if err := d.entry(path+"/"+name, below); err != nil {
			return err
		}
	}
	return nil
}

func kindOf(mode uint32) string {
	kinds := map[uint32]string{
		unix.S_IFDIR: "dir", unix.S_IFREG: "reg", unix.S_IFLNK: "lnk", unix.S_IFCHR: "chr",
		unix.S_IFBLK: "blk", unix.S_IFIFO: "fifo", unix.S_IFSOCK: "sock",
	}
	return kinds[mode&unix.S_IFMT]
}

func describeContent(path string, stat *unix.Stat_t) (string, error) {
	switch stat.Mode & unix.S_IFMT {
	case unix.S_IFREG:
		content, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		if len(content) > contentMax {
			return fmt.Sprintf(" = sha256:%x of %d bytes", sha256.Sum256(content), len(content)), nil
		}
		return " = " + showBytes(string(content)), nil
	case unix.S_IFLNK:
		target, err := os.Readlink(path)
		return " -> " + showBytes(target), err
	case unix.S_IFCHR, unix.S_IFBLK:
		device := uint64(stat.Rdev)
		return fmt.Sprintf(" dev %d:%d", unix.Major(device), unix.Minor(device)), nil
	}
	return "", nil
}

// ownSecrets are attributes whose values the kernel draws at random or takes from inode numbers.
var ownSecrets = map[string]bool{"trusted.overlay.uuid": true, "trusted.overlay.origin": true}

func attributes(path string) (string, error) {
	list := make([]byte, 65536)
	size, err := unix.Llistxattr(path, list)
	if err == unix.ENOTSUP {
		return "", nil
	}
	if err != nil || size == 0 {
		return "", err
	}
	shown := []string{}
	for _, name := range strings.Split(strings.TrimSuffix(string(list[:size]), "\x00"), "\x00") {
		if ownSecrets[name] {
			shown = append(shown, name+"=*")
			continue
		}
		value := make([]byte, 65536)
		length, err := unix.Lgetxattr(path, name, value)
		if err != nil {
			return "", err
		}
		shown = append(shown, name+"="+showBytes(string(value[:length])))
	}
	sort.Strings(shown)
	return " {" + strings.Join(shown, ", ") + "}", nil
}

var deviceNumber = regexp.MustCompile(`^\d+ \d+ \d+:\d+ `)

// mounts lists the mount table's lines that name a directory, without the numbers that differ
// from run to run.
func mounts(below string) (interface{}, error) {
	table, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	lines := []string{}
	for _, line := range strings.Split(strings.TrimSpace(string(table)), "\n") {
		fields := strings.Split(line, " ")
		if strings.HasPrefix(fields[4], below+"/") || fields[4] == below {
			lines = append(lines, showBytes(deviceNumber.ReplaceAllString(line, "")))
		}
	}
	return lines, nil
}
