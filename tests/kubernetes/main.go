// Decodes the Kubernetes objects of the files named as arguments, strictly: an unknown, misplaced or repeated field is an error. Prints the kind and the
// name of each. Connects to nothing.
package main

import (
	"bytes"
	"fmt"
	"os"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
)

func main() {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{batchv1.AddToScheme, corev1.AddToScheme} {
		if err := add(scheme); err != nil {
			fail("k8s.io/api", err)
		}
	}
	codecs := serializer.NewCodecFactory(scheme, serializer.EnableStrict)
	for _, path := range os.Args[1:] {
		text, err := os.ReadFile(path)
		if err != nil {
			fail(path, err)
		}
		for _, document := range bytes.Split(text, []byte("\n---\n")) {
			object, kind, err := codecs.UniversalDeserializer().Decode(document, nil, nil)
			if err != nil {
				fail(path, err)
			}
			fmt.Println(kind.GroupVersion(), kind.Kind, object.(metav1.Object).GetName())
		}
	}
}

func fail(what string, err error) {
	fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
	os.Exit(1)
}
