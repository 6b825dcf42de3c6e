// plugin-graphtest runs moby's own graph driver tests and benchmarks on a plugin, through moby's
// own plugin client.
//
//	PLUGIN_SOCKET=/run/x.sock plugin-graphtest -test.v [-test.bench .]
//
// PLUGIN_SOCKET=native runs them on moby's own overlay2 in this process. Client and plugin must
// share a mount namespace.
package graphtest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/docker/docker/daemon/graphdriver"
	"github.com/docker/docker/daemon/graphdriver/graphtest"
	_ "github.com/docker/docker/daemon/graphdriver/overlay2"
	"github.com/docker/docker/pkg/idtools"
	"github.com/docker/docker/pkg/plugingetter"
	"github.com/docker/docker/pkg/plugins"
	"github.com/docker/docker/pkg/reexec"
)

// pluginName is what the driver is looked up by; no driver of moby's has it.
const pluginName = "tested"

// name is the driver that the tests ask for.
var name = "overlay2"

// getter finds the plugin that listens on a socket.
type getter struct{ socket string }

func (g getter) Get(_, capability string, _ int) (plugingetter.CompatPlugin, error) {
	client, err := plugins.NewClient("unix://"+g.socket, nil)
	if err != nil {
		return nil, err
	}
	var manifest plugins.Manifest
	if err := client.Call("Plugin.Activate", nil, &manifest); err != nil {
		return nil, err
	}
	for _, implemented := range manifest.Implements {
		if implemented == capability {
			return found{client}, nil
		}
	}
	return nil, plugins.ErrNotImplements
}

func (getter) GetAllByCap(string) ([]plugingetter.CompatPlugin, error)      { return nil, nil }
func (getter) GetAllManagedPluginsByCap(string) []plugingetter.CompatPlugin { return nil }
func (getter) Handle(string, func(string, *plugins.Client))                 {}

type found struct{ client *plugins.Client }

func (found) Name() string               { return pluginName }
func (found) ScopedPath(p string) string { return p }
func (found) IsV1() bool                 { return true }
func (f found) Client() *plugins.Client  { return f.client }

// throughPlugin starts the driver by moby's own lookup. What fails there is told as it is: moby
// makes ErrNotSupported of it, for which its tests are skipped, so that a dead plugin would pass.
func throughPlugin(socket string) graphdriver.InitFunc {
	return func(home string, options []string, uids, gids []idtools.IDMap) (graphdriver.Driver, error) {
		d, err := graphdriver.GetDriver(pluginName, getter{socket}, graphdriver.Options{
			Root: filepath.Dir(home), DriverOptions: options,
			UIDMaps: uids, GIDMaps: gids, ExperimentalEnabled: true,
		})
		if err != nil {
			return nil, errors.New("the plugin did not come up: " + err.Error())
		}
		return d, nil
	}
}

func TestMain(m *testing.M) {
	if reexec.Init() {
		return
	}
	socket := os.Getenv("PLUGIN_SOCKET")
	if socket == "" {
		fmt.Fprintln(os.Stderr, "plugin-graphtest: PLUGIN_SOCKET names the plugin's socket, or native")
		os.Exit(2)
	}
	if socket != "native" {
		name = "through-plugin"
		graphdriver.Register(name, throughPlugin(socket))
	}
	os.Exit(m.Run())
}

func TestSetup(t *testing.T)            { graphtest.GetDriver(t, name) }
func TestCreateEmpty(t *testing.T)      { graphtest.DriverTestCreateEmpty(t, name) }
func TestCreateBase(t *testing.T)       { graphtest.DriverTestCreateBase(t, name) }
func TestCreateSnap(t *testing.T)       { graphtest.DriverTestCreateSnap(t, name) }
func TestDeepLayerRead64(t *testing.T)  { graphtest.DriverTestDeepLayerRead(t, 64, name) }
func TestDeepLayerRead128(t *testing.T) { graphtest.DriverTestDeepLayerRead(t, 128, name) }
func TestDiffApply10(t *testing.T)      { graphtest.DriverTestDiffApply(t, 10, name) }
func TestDiffApply300(t *testing.T)     { graphtest.DriverTestDiffApply(t, 300, name) }

// moby itself leaves this one out for overlay2.
func TestChanges(t *testing.T) { graphtest.DriverTestChanges(t, name) }

func TestTeardown(t *testing.T) { graphtest.PutDriver(t) }

func BenchmarkExists(b *testing.B)             { graphtest.DriverBenchExists(b, name) }
func BenchmarkGetEmpty(b *testing.B)           { graphtest.DriverBenchGetEmpty(b, name) }
func BenchmarkDiffBase(b *testing.B)           { graphtest.DriverBenchDiffBase(b, name) }
func BenchmarkDiffSmallUpper(b *testing.B)     { graphtest.DriverBenchDiffN(b, 10, 10, name) }
func BenchmarkDiff10KFileUpper(b *testing.B)   { graphtest.DriverBenchDiffN(b, 10, 10000, name) }
func BenchmarkDiff10KFilesBottom(b *testing.B) { graphtest.DriverBenchDiffN(b, 10000, 10, name) }
func BenchmarkDiffApply100(b *testing.B)       { graphtest.DriverBenchDiffApplyN(b, 100, name) }
func BenchmarkDiff20Layers(b *testing.B)       { graphtest.DriverBenchDeepLayerDiff(b, 20, name) }
func BenchmarkRead20Layers(b *testing.B)       { graphtest.DriverBenchDeepLayerRead(b, 20, name) }

// Not one of moby's: an archive that no buffer of a socket holds, so that a server which handles
// one request at a time hangs.
func BenchmarkDiffApply10K(b *testing.B) { graphtest.DriverBenchDiffApplyN(b, 10000, name) }
