// Command vault is HashiCorp Vault 1.14.1 (the last release under the MPL) with only the parts that the sandbox needs:
// file storage, the KV secrets engine, and the auth methods AppRole, Kubernetes and JWT. It has the command line of the
// official binary, `vault server -config=FILE`, so that either can be used, and reads the JSON form of the
// configuration.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/hashicorp/go-hclog"
	jwtauth "github.com/hashicorp/vault-plugin-auth-jwt"
	kubeauth "github.com/hashicorp/vault-plugin-auth-kubernetes"
	kv "github.com/hashicorp/vault-plugin-secrets-kv"
	"github.com/hashicorp/vault/builtin/credential/approle"
	vaulthttp "github.com/hashicorp/vault/http"
	"github.com/hashicorp/vault/sdk/helper/consts"
	"github.com/hashicorp/vault/sdk/logical"
	"github.com/hashicorp/vault/sdk/physical/file"
	"github.com/hashicorp/vault/vault"
)

const version = "1.14.1"

// config is the part of Vault's own configuration that the sandbox writes.
type config struct {
	Storage struct {
		File struct {
			Path string `json:"path"`
		} `json:"file"`
	} `json:"storage"`
	Listener struct {
		TCP struct {
			Address string `json:"address"`
		} `json:"tcp"`
	} `json:"listener"`
}

// builtins names the plugins compiled in. Vault asks it for every plugin it mounts and panics on a nil registry.
type builtins map[string]struct {
	kind    consts.PluginType
	factory logical.Factory
}

func (b builtins) Contains(name string, kind consts.PluginType) bool {
	plugin, ok := b[name]
	return ok && (kind == consts.PluginTypeUnknown || plugin.kind == kind)
}

func (b builtins) Get(name string, kind consts.PluginType) (func() (interface{}, error), bool) {
	if !b.Contains(name, kind) {
		return nil, false
	}
	return func() (interface{}, error) { return b[name].factory, nil }, true
}

func (b builtins) Keys(kind consts.PluginType) []string {
	var names []string
	for name, plugin := range b {
		if plugin.kind == kind {
			names = append(names, name)
		}
	}
	return names
}

func (b builtins) DeprecationStatus(name string, kind consts.PluginType) (consts.DeprecationStatus, bool) {
	return consts.Supported, b.Contains(name, kind)
}

func (b builtins) IsBuiltinEntPlugin(string, consts.PluginType) bool { return false }

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "vault:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 1 && args[0] == "version" {
		fmt.Printf("Vault v%s (sandbox build: file storage, kv, approle, kubernetes, jwt)\n", version)
		return nil
	}
	if len(args) == 0 || args[0] != "server" {
		return errors.New("usage: vault version | vault server -config=FILE")
	}
	flags := flag.NewFlagSet("server", flag.ContinueOnError)
	path := flags.String("config", "", "JSON configuration file with storage.file.path and listener.tcp.address")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	text, err := os.ReadFile(*path)
	if err != nil {
		return err
	}
	var cfg config
	if err := json.Unmarshal(text, &cfg); err != nil {
		return fmt.Errorf("%s: %w", *path, err)
	}
	if cfg.Storage.File.Path == "" || cfg.Listener.TCP.Address == "" {
		return fmt.Errorf("%s: storage.file.path and listener.tcp.address are needed", *path)
	}
	return serve(cfg)
}

func serve(cfg config) error {
	authMethods := map[string]logical.Factory{
		"approle":    approle.Factory,
		"kubernetes": kubeauth.Factory,
		"jwt":        jwtauth.Factory,
	}
	logger := hclog.New(&hclog.LoggerOptions{Name: "vault", Level: hclog.Info, Output: os.Stdout})
	storage, err := file.NewFileBackend(map[string]string{"path": cfg.Storage.File.Path}, logger)
	if err != nil {
		return err
	}
	core, err := vault.NewCore(&vault.CoreConfig{
		Physical:           storage,
		Logger:             logger,
		DisableMlock:       true,
		LogicalBackends:    map[string]logical.Factory{"kv": kv.Factory},
		CredentialBackends: authMethods,
		BuiltinRegistry: builtins{
			"kv":         {consts.PluginTypeSecrets, kv.Factory},
			"approle":    {consts.PluginTypeCredential, authMethods["approle"]},
			"kubernetes": {consts.PluginTypeCredential, authMethods["kubernetes"]},
			"jwt":        {consts.PluginTypeCredential, authMethods["jwt"]},
		},
	})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", cfg.Listener.TCP.Address)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler: vaulthttp.Handler.Handler(&vault.HandlerProperties{
			Core: core,
		}),
		ReadHeaderTimeout: 10 * time.Second,
	}
	stop, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	logger.Info("listening", "address", listener.Addr().String())
	select {
	case err := <-failed:
		return err
	case <-stop.Done():
	}
	grace, done := context.WithTimeout(context.Background(), 5*time.Second)
	defer done()
	if err := server.Shutdown(grace); err != nil {
		logger.Warn("requests were interrupted", "error", err)
	}
	return core.Shutdown()
}
