// Reads a .env file as Docker does, with Docker's own code, and prints what it holds as JSON:
// env-file-readers compose|docker FILE
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/docker/cli/pkg/kvfile"
)

func main() {
	if len(os.Args) != 3 {
		fail(fmt.Errorf("usage: env-file-readers compose|docker FILE"))
	}
	found, err := read(os.Args[1], os.Args[2])
	if err != nil {
		fail(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(found); err != nil {
		fail(err)
	}
}

func read(reader, file string) (map[string]string, error) {
	switch reader {
	case "compose":
		return dotenv.Read(file)
	case "docker":
		lines, err := kvfile.Parse(file, nil)
		found := map[string]string{}
		for _, line := range lines {
			name, value, _ := strings.Cut(line, "=")
			found[name] = value
		}
		return found, err
	}
	return nil, fmt.Errorf("no reader %q, only compose and docker", reader)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
