// Command pulumi-resource-kubernetes is Pulumi's official plugin for Kubernetes, built from its published module. The
// module lacks the two generated files that the official binary embeds: the schema and the mapping of Terraform names.
// `pulumi preview`, `up`, `refresh` and `destroy` need neither.
package main

import (
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

func main() {
	provider.Serve("kubernetes", version.Version, []byte("{}"), []byte("{}"))
}
