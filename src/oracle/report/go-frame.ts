/**
 * What every Go test of a fault has: how to start moby's driver, and what is done around it.
 *
 * @internal
 */
export const GO_FRAME = `package repro

import (
	"bytes"
	"encoding/base64"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/docker/docker/daemon/graphdriver"
	"github.com/docker/docker/daemon/graphdriver/overlay2"
	"github.com/docker/docker/pkg/reexec"
)

// TestMain is also the children in which moby unpacks archives and makes long mounts.
func TestMain(m *testing.M) {
	if reexec.Init() {
		return
	}
	os.Exit(m.Run())
}

// repro is a driver on a home of its own, with the trees that Get gave.
type repro struct {
	*testing.T
	graphdriver.Driver
	home  string
	trees map[string]string
	err   error // of the last step
}

func start(t *testing.T, name string) *repro {
	if os.Geteuid() != 0 {
		t.Skip("mounting takes root")
	}
	above, err := os.MkdirTemp("", "repro-")
	if err != nil {
		t.Fatal(err)
	}
	r := &repro{T: t, home: filepath.Join(above, name), trees: map[string]string{}}
	if r.restart() != nil {
		t.Skip("the driver does not start here: ", r.err)
	}
	return r
}

// restart is another driver on the same home; what moby keeps in package variables stays.
func (r *repro) restart() error {
	driver, err := overlay2.Init(r.home, nil, nil, nil)
	if err == nil {
		r.Driver = driver
	}
	r.err = err
	return err
}

func (r *repro) end() {
	r.sh("/", "findmnt -rno TARGET | grep \\"^$H\\" | tac | xargs -r umount -l")
	os.RemoveAll(filepath.Dir(r.home))
}

// told logs how a step went.
func (r *repro) told(step string, value interface{}, err error) {
	r.Helper()
	r.err = err
	if err != nil {
		r.Logf("%s: fails: %v", step, err)
	} else {
		r.Logf("%s: succeeds: %v", step, value)
	}
}

func options(storage map[string]string) *graphdriver.CreateOpts {
	return &graphdriver.CreateOpts{StorageOpt: storage}
}

func (r *repro) get(id, label string) (string, error) {
	tree, err := r.Get(id, label)
	if err != nil {
		return "", err
	}
	r.trees[id] = tree.Path()
	return tree.Path(), nil
}

func (r *repro) diff(id, parent string) ([]byte, error) {
	archive, err := r.Diff(id, parent)
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	return io.ReadAll(archive)
}

func (r *repro) apply(id, parent, archive string) (int64, error) {
	content, err := base64.StdEncoding.DecodeString(archive)
	if err != nil {
		r.Fatal(err)
	}
	return r.ApplyDiff(id, parent, bytes.NewReader(content))
}

func (r *repro) transfer(from, fromParent, to, toParent string) (int64, error) {
	archive, err := r.diff(from, fromParent)
	if err != nil {
		return 0, err
	}
	return r.ApplyDiff(to, toParent, bytes.NewReader(archive))
}

// sh runs a command as somebody else does.
func (r *repro) sh(directory, script string) (string, error) {
	command := exec.Command("sh", "-c", "link() { cat \\"$H/$1/link\\"; }\\n"+script)
	command.Dir = directory
	command.Env = append(os.Environ(), "H="+r.home)
	output, err := command.CombinedOutput()
	return strings.TrimSpace(string(output)), err
}

// wantAnswer states how the last step may end: with a success, or with a failure, of these errnos
// where there are any.
func (r *repro) wantAnswer(success, failure bool, errnos ...syscall.Errno) {
	r.Helper()
	if r.err == nil {
		if !success {
			r.Error("the last step must not succeed")
		}
		return
	}
	for _, errno := range errnos {
		if strings.HasSuffix(r.err.Error(), errno.Error()) {
			return
		}
	}
	if !failure || len(errnos) > 0 {
		r.Errorf("the last step must not fail so: %v", r.err)
	}
}

// wantFile states whether a file of the home is there.
func (r *repro) wantFile(name string, there bool) {
	r.Helper()
	if _, err := os.Lstat(filepath.Join(r.home, name)); (err == nil) != there {
		r.Errorf("%s: there is %v, must be %v", name, err == nil, there)
	}
}

// list logs what lies in the home.
func (r *repro) list() {
	listing, _ := r.sh(r.home, "find . -printf '%M %p %l\\\\n' | sort -k2")
	r.Logf("the home:\\n%s", listing)
}
`;
