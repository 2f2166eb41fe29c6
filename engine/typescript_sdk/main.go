// Writes the TypeScript SDK of a Pulumi package: typescript-sdk SCHEMA FOLDER.
//
// The official distribution does the same with `pulumi package gen-sdk --language nodejs`; it asks
// the language host for Node.js, which is not built with the engine.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: typescript-sdk SCHEMA FOLDER")
		os.Exit(2)
	}
	if err := generate(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "typescript-sdk:", err)
		os.Exit(1)
	}
}

func generate(schemaFile, folder string) error {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return fmt.Errorf("%s: %w", schemaFile, err)
	}
	bound, diagnostics, err := schema.BindSpec(
		spec, schema.NewNullLoader(), schema.ValidationOptions{})
	for _, each := range diagnostics {
		fmt.Fprintln(os.Stderr, each)
	}
	if err == nil && diagnostics.HasErrors() {
		err = fmt.Errorf("%s is no valid package schema", schemaFile)
	}
	if err != nil {
		return err
	}
	// The schema refers to no other package, so this loader is not asked for any.
	others := schema.NewCachedLoader(schema.NewPluginLoader(nil))
	// As `pulumi package add` makes it: npm compiles it when it is installed.
	files, err := nodejs.GeneratePackage("typescript-sdk", bound, nil, nil, true, others)
	if err != nil {
		return err
	}
	for name, content := range files {
		file := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
