package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// performFile plays the steps that touch files and mounts behind the driver's back, or through a
// mounted layer. Paths are relative to the home.
func (s *stage) performFile(step *Step) (result interface{}, known bool, err error) {
	path := s.path(step.Path)
	known = true
	switch step.Do {
	case "umask":
		mask, wrong := octal(step.Mode, 022)
		s.umask(mask)
		err = wrong
	case "dump":
		result, err = dump(s.home, step.Path)
	case "mounts":
		result, err = mounts(filepath.Dir(s.home))
	case "read":
		result, err = readFile(path)
	case "entries":
		result, err = entries(path)
	case "times":
		result, err = times(path)
	case "mount":
		err = mountBacking(step.Type, path, step.Data)
	case "mountFile":
		err = unix.Mount(step.Data, path, "", unix.MS_BIND, "")
	case "unmount":
		err = unix.Unmount(path, map[bool]int{true: unix.MNT_DETACH}[step.Lazy])
	case "open":
		var handle int
		handle, err = unix.Open(path, unix.O_RDWR, 0)
		s.handles[step.Name] = handle
	case "writeOpen":
		_, err = unix.Write(s.handles[step.Name], []byte(step.Content))
	case "closeOpen":
		err = unix.Close(s.handles[step.Name])
	default:
		if result, known, err = nil, true, s.change(step, path); err == errUnknown {
			return nil, false, nil
		}
	}
	return result, known, err
}

const errUnknown = mistake("unknown step")

// change performs one change of a file.
func (s *stage) change(step *Step, path string) error {
	mode, err := octal(step.Mode, defaultMode(step.Do))
	if err != nil {
		return mistake(err.Error())
	}
	switch step.Do {
	case "write":
		return writeFile(path, step, mode)
	case "mkdir":
		if err := unix.Mkdir(path, 0700); err != nil {
			return err
		}
		return unix.Chmod(path, mode)
	case "rm":
		return unix.Unlink(path)
	case "rmdir":
		return unix.Rmdir(path)
	case "rmr":
		return os.RemoveAll(path)
	case "rename":
		return unix.Rename(path, s.path(step.To))
	case "symlink":
		return unix.Symlink(step.To, path)
	case "link":
		return unix.Link(s.path(step.To), path)
	case "chmod":
		return unix.Chmod(path, mode)
	case "chown":
		return unix.Lchown(path, step.UID, step.GID)
	case "mknod":
		return mknod(path, step, mode)
	case "setxattr":
		return unix.Lsetxattr(path, step.Name, []byte(step.Value), 0)
	case "utimes":
		return utimes(path, step)
	}
	return errUnknown
}

func (s *stage) path(relative string) string {
	// Lexically, so that a path beside the home can be named before there is a home.
	return filepath.Join(s.home, relative)
}

func defaultMode(do string) uint32 {
	if do == "mkdir" {
		return 0755
	}
	return 0644
}

// writeFile creates or overwrites a file. The mode is set whatever the umask is; an existing file
// keeps its own unless the step names one. With a size, the file is made that long, sparsely.
func writeFile(path string, step *Step, mode uint32) error {
	flags := unix.O_WRONLY | unix.O_CREAT | unix.O_TRUNC
	_, missing := os.Lstat(path)
	file, err := unix.Open(path, flags, 0600)
	if err != nil {
		return err
	}
	defer unix.Close(file)
	if _, err := unix.Write(file, []byte(step.Content)); err != nil {
		return err
	}
	if step.Size != nil {
		if err := unix.Ftruncate(file, *step.Size); err != nil {
			return err
		}
	}
	if missing != nil || step.Mode != "" {
		return unix.Fchmod(file, mode)
	}
	return nil
}

var nodeTypes = map[string]uint32{
	"char": unix.S_IFCHR, "block": unix.S_IFBLK, "fifo": unix.S_IFIFO, "socket": unix.S_IFSOCK,
}

func mknod(path string, step *Step, mode uint32) error {
	kind, found := nodeTypes[step.Type]
	if !found {
		return mistake("mknod type " + step.Type)
	}
	device := int(unix.Mkdev(step.Major, step.Minor))
	if err := unix.Mknod(path, kind|0600, device); err != nil {
		return err
	}
	return unix.Chmod(path, mode)
}

func utimes(path string, step *Step) error {
	moment := unix.Timespec{Sec: int64(step.Mtime), Nsec: step.Nanos}
	times := []unix.Timespec{moment, moment}
	return unix.UtimesNanoAt(unix.AT_FDCWD, path, times, unix.AT_SYMLINK_NOFOLLOW)
}

// times tells when a file was last read and changed, in seconds.
func times(path string) (interface{}, error) {
	var stat unix.Stat_t
	if err := unix.Lstat(path, &stat); err != nil {
		return nil, err
	}
	moment := func(time unix.Timespec) string { return fmt.Sprintf("%d.%09d", time.Sec, time.Nsec) }
	return map[string]string{"atime": moment(stat.Atim), "mtime": moment(stat.Mtim)}, nil
}

func readFile(path string) (interface{}, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return showBytes(string(content)), nil
}

func entries(path string) (interface{}, error) {
	found, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	names := []string{}
	for _, entry := range found {
		names = append(names, showBytes(entry.Name()))
	}
	return names, nil
}

// mountBacking puts another file system at a directory: one that needs a device gets an image
// file of its own beside it, with enough room for the smallest xfs.
func mountBacking(kind, path, data string) error {
	if err := os.MkdirAll(path, 0755); err != nil {
		return err
	}
	switch kind {
	case "xfs", "btrfs":
		image := filepath.Clean(path) + ".image"
		if err := os.WriteFile(image, nil, 0600); err != nil {
			return err
		}
		if err := os.Truncate(image, 320<<20); err != nil {
			return err
		}
		if err := run("mkfs."+kind, "-q", image); err != nil {
			return err
		}
		return run("mount", "-t", kind, "-o", "loop", image, path)
	case "remount":
		return run("mount", "-o", "remount,"+data, path)
	}
	if data != "" {
		// Some options are flags of the call, which the program knows to tell from the others.
		return run("mount", "-t", kind, "-o", data, kind, path)
	}
	err := unix.Mount(kind, path, kind, 0, "")
	if err == syscall.ENODEV {
		return mistake("no file system " + kind + " here: " + strconv.Quote(path))
	}
	return err
}
