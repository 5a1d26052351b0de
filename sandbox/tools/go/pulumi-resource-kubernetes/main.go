// Command pulumi-resource-kubernetes is Pulumi's official plugin for Kubernetes, from its published module. The module
// lacks the two generated files that the official binary embeds: the schema and the mapping of Terraform's names. Neither
// is asked for by `pulumi preview`, `up`, `refresh` and `destroy`.
package main

import (
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

func main() {
	provider.Serve("kubernetes", version.Version, []byte("{}"), []byte("{}"))
}
