//! The images in the JSON of `kubectl get pods -o json`, `kubectl get nodes -o json` or both in one list (Kubernetes API v1: `PodStatus`, `NodeStatus`).
//! Pure: text in, names out. No cluster is contacted.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::fleet_error::{FailedName, FleetError};
use super::input::{FleetInput, Inputs};
use crate::escape;
use crate::image::Platform;
use crate::load::SourceKind;

/// How many images a node lists at most, unless its kubelet is configured otherwise (`nodeStatusMaxImages`).
const LISTED_BY_DEFAULT: usize = 50;

/// A pod, a node, or a list of them: all fields of the three that matter.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Object {
    items: Option<Vec<Object>>,
    metadata: Option<ObjectMetadata>,
    spec: Option<Spec>,
    status: Option<ObjectStatus>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ObjectMetadata {
    name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Spec {
    node_name: Option<String>,
    node_selector: Option<BTreeMap<String, String>>,
    containers: Option<Vec<Container>>,
    init_containers: Option<Vec<Container>>,
    ephemeral_containers: Option<Vec<Container>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ObjectStatus {
    container_statuses: Option<Vec<Container>>,
    init_container_statuses: Option<Vec<Container>>,
    ephemeral_container_statuses: Option<Vec<Container>>,
    node_info: Option<NodeInfo>,
    images: Option<Vec<NodeImage>>,
}

/// A container of a pod's spec or of its status.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Container {
    name: Option<String>,
    image: Option<String>,
    #[serde(rename = "imageID")]
    image_id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct NodeInfo {
    architecture: Option<String>,
    operating_system: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NodeImage {
    names: Option<Vec<String>>,
}

/// Returns the images of pods and nodes.
pub(super) fn parse(json: &[u8]) -> Inputs {
    let mut inputs = Inputs::default();
    let root: Object = match serde_json::from_slice(json) {
        Ok(root) => root,
        Err(why) => {
            let why = FleetError::Kubernetes(why);
            inputs.errors.push(FailedName::new("the list", None, why));
            return inputs;
        }
    };
    let objects = flattened(&root);
    let platforms: BTreeMap<&str, Platform> = objects.iter().copied().filter_map(node).collect();
    for object in objects {
        inputs.images.extend(pod_images(object, &platforms));
        let platform = node(object).map(|(_, platform)| platform);
        let images = object.node_images();
        inputs.images.extend(images.iter().filter_map(|image| {
            let name = best_name(image.names.as_deref().unwrap_or_default())?;
            Some(input(name, platform.clone()))
        }));
        if images.len() == LISTED_BY_DEFAULT {
            let name = escape::text(object.name());
            inputs.notes.push(format!(
                "{name} lists {LISTED_BY_DEFAULT} images, the most that a node lists by default (nodeStatusMaxImages): it may have more"
            ));
        }
    }
    inputs
}

/// Returns an object, or everything in a list, also in a list of lists.
fn flattened(root: &Object) -> Vec<&Object> {
    let (mut found, mut next) = (Vec::new(), vec![root]);
    while let Some(object) = next.pop() {
        match &object.items {
            Some(items) => next.extend(items.iter().rev()),
            None => found.push(object),
        }
    }
    found
}

impl Object {
    fn name(&self) -> &str {
        let metadata = self.metadata.as_ref();
        metadata
            .and_then(|metadata| metadata.name.as_deref())
            .unwrap_or_default()
    }

    fn node_images(&self) -> &[NodeImage] {
        let status = self.status.as_ref();
        status
            .and_then(|status| status.images.as_deref())
            .unwrap_or_default()
    }
}

/// Returns a node's name and platform.
fn node(object: &Object) -> Option<(&str, Platform)> {
    let info = object.status.as_ref()?.node_info.as_ref()?;
    let platform = platform(info.operating_system.clone(), info.architecture.clone())?;
    Some((object.name(), platform))
}

fn platform(os: Option<String>, architecture: Option<String>) -> Option<Platform> {
    Some(Platform {
        os: os.unwrap_or_else(|| "linux".to_owned()),
        architecture: architecture?,
        ..Platform::default()
    })
}

/// Returns the images of a pod's containers, for the platform of its node, else for the one that the pod selects.
fn pod_images(pod: &Object, platforms: &BTreeMap<&str, Platform>) -> Vec<FleetInput> {
    let Some(spec) = &pod.spec else {
        return Vec::new();
    };
    let of_node = spec.node_name.as_deref();
    let of_node = of_node.and_then(|name| platforms.get(name)).cloned();
    let selected = || {
        let selector = spec.node_selector.as_ref()?;
        let label = |name: &str| selector.get(name).cloned();
        platform(label("kubernetes.io/os"), label("kubernetes.io/arch"))
    };
    let platform = of_node.or_else(selected);
    let status = pod.status.as_ref();
    let pairs = [
        (
            &spec.init_containers,
            status.and_then(|status| status.init_container_statuses.as_ref()),
        ),
        (
            &spec.containers,
            status.and_then(|status| status.container_statuses.as_ref()),
        ),
        (
            &spec.ephemeral_containers,
            status.and_then(|status| status.ephemeral_container_statuses.as_ref()),
        ),
    ];
    let mut images = Vec::new();
    for (containers, statuses) in pairs {
        for container in containers.iter().flatten() {
            let mut statuses = statuses.into_iter().flatten();
            let status = statuses.find(|status| status.name == container.name);
            let name = status.and_then(running_image);
            let name = name.or(container.image.as_deref());
            images.extend(name.map(|name| input(name, platform.clone())));
        }
    }
    images
}

/// Returns the image that a container runs, by its digest in a registry. An image without one is known by what the pod names.
fn running_image(status: &Container) -> Option<&str> {
    let id = status.image_id.as_deref()?;
    let name = id.split_once("://").map_or(id, |(_, name)| name);
    name.contains('@').then_some(name)
}

/// Returns the name that determines an image best: with a digest, else with a tag.
fn best_name(names: &[String]) -> Option<&str> {
    let mut usable = names.iter().filter(|name| !name.contains("<none>"));
    let digest = usable.clone().find(|name| name.contains('@'));
    digest.or_else(|| usable.next()).map(String::as_str)
}

fn input(name: &str, platform: Option<Platform>) -> FleetInput {
    FleetInput {
        name: name.to_owned(),
        source: Some(SourceKind::Registry),
        platform,
        ..FleetInput::default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::parse;
    use crate::fleet::input::Inputs;

    fn names(inputs: &Inputs) -> Vec<String> {
        let name = |input: &super::FleetInput| {
            let platform = input.platform.as_ref().map(ToString::to_string);
            format!("{} {}", input.name, platform.unwrap_or_default())
        };
        inputs.images.iter().map(name).collect()
    }

    fn of(document: &Value) -> Inputs {
        parse(document.to_string().as_bytes())
    }

    #[test]
    fn pods_name_what_runs_on_the_platform_of_their_node() {
        let node = json!({
            "kind": "Node", "metadata": { "name": "n1" },
            "status": { "nodeInfo": { "architecture": "arm64", "operatingSystem": "linux" } },
        });
        let pod = json!({
            "kind": "Pod",
            "spec": {
                "nodeName": "n1",
                "initContainers": [{ "name": "init", "image": "setup:1" }],
                "containers": [{ "name": "a", "image": "app:1" }, { "name": "b", "image": "side:2" }],
                "ephemeralContainers": [{ "name": "debug", "image": "tools" }],
            },
            "status": {
                "containerStatuses": [
                    { "name": "a", "image": "app:1", "imageID": "docker-pullable://a.io/app@sha256:11" },
                    { "name": "b", "image": "sha256:22", "imageID": "docker://sha256:22" },
                ],
                "initContainerStatuses": null,
            },
        });
        let elsewhere = json!({
            "spec": {
                "nodeName": "n2",
                "nodeSelector": { "kubernetes.io/arch": "s390x" },
                "containers": [{ "name": "a", "image": "app:1" }],
            },
        });
        let list = json!({ "kind": "List", "items": [pod, elsewhere, node] });
        let inputs = of(&list);
        assert_eq!(
            names(&inputs),
            [
                "setup:1 linux/arm64",
                "a.io/app@sha256:11 linux/arm64",
                "side:2 linux/arm64",
                "tools linux/arm64",
                "app:1 linux/s390x",
            ]
        );
        assert!(inputs.errors.is_empty() && inputs.notes.is_empty());
    }

    #[test]
    fn nodes_list_fifty_images_at_most() {
        let images = |count: usize| -> Vec<Value> {
            let image =
                |at| json!({ "names": [format!("a.io/b:{at}"), format!("a.io/b@sha256:{at}")] });
            (0..count).map(image).collect()
        };
        let node = |count| {
            json!({
                "metadata": { "name": "n\u{1b}" },
                "status": { "images": images(count), "nodeInfo": { "architecture": "amd64" } },
            })
        };
        let inputs = of(&node(50));
        assert_eq!(inputs.images.len(), 50);
        assert_eq!(names(&inputs)[0], "a.io/b@sha256:0 linux/amd64");
        assert!(
            inputs.notes[0].starts_with("n\\x1b lists 50 images"),
            "{:?}",
            inputs.notes
        );
        assert!(of(&node(49)).notes.is_empty());
        let untagged = json!({ "status": { "images": [
            { "names": null }, { "names": ["<none>@<none>", "<none>:<none>"] }, { "names": ["a:1"] },
        ] } });
        assert_eq!(names(&of(&untagged)), ["a:1 "]);
    }

    #[test]
    fn other_json_is_an_error_row() {
        for text in ["{", "{}x", r#"{"items":5}"#, r#"{"spec":5}"#] {
            let inputs = parse(text.as_bytes());
            assert_eq!((inputs.images.len(), inputs.errors.len()), (0, 1), "{text}");
        }
        assert!(of(&json!({})).images.is_empty());
        let deep = format!("{}{}", r#"{"items":["#.repeat(5000), "]}".repeat(5000));
        assert_eq!(parse(deep.as_bytes()).errors.len(), 1);
    }
}
