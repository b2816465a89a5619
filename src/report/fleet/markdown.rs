//! The summary of many images as Markdown.

use std::io::{self, Write};

use super::summary::{CREATED, FleetFacts, created, label, names_since, platform_name};
use crate::bytes::{count, thousands};
use crate::escape;
use crate::fleet::{DeepSummary, Growth};
use crate::report::markdown::{code, plain};

pub(super) fn write(facts: &FleetFacts, out: &mut impl Write) -> io::Result<()> {
    let summary = &facts.summary;
    writeln!(
        out,
        "## {}: {}, {} with each layer once\n",
        count(summary.images as u64, "image", "images"),
        facts.sum(summary.alone),
        facts.sum(summary.distinct),
    )?;
    writeln!(
        out,
        "{} and {}. Sharing saves {}.",
        count(summary.names as u64, "name", "names"),
        count(summary.layers as u64, "layer", "layers"),
        facts.bytes(facts.saved()),
    )?;
    for note in facts.notes() {
        writeln!(out, "\n{note}")?;
    }
    if let Some(growth) = &facts.growth {
        grown(facts, growth, out)?;
    }
    fresh_node(facts, out)?;
    shared(facts, out)?;
    largest(facts, out)?;
    if let Some(deep) = &facts.summary.deep {
        files(facts, deep, out)?;
    }
    errors(facts, out)
}

fn grown(facts: &FleetFacts, growth: &Growth, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\n### Since the earlier run\n")?;
    writeln!(
        out,
        "| | Before | After | Δ |\n| --- | ---: | ---: | ---: |"
    )?;
    for [name, before, after, delta] in facts.totals(growth) {
        writeln!(out, "| {name} | {before} | {after} | {delta} |")?;
    }
    let (layers, names) = (facts.layers_since(growth), names_since(growth));
    writeln!(out, "\n{layers}\n\n{names}")?;
    if growth.names.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\n| Before | After | Δ | Name |\n| ---: | ---: | ---: | --- |"
    )?;
    for change in growth.names.iter().take(facts.most) {
        let [before, after, delta] = facts.change(change);
        let name = name(&change.name);
        writeln!(out, "| {before} | {after} | {delta} | {name} |")?;
    }
    Ok(())
}

fn fresh_node(facts: &FleetFacts, out: &mut impl Write) -> io::Result<()> {
    write!(
        out,
        "\n### A fresh node pulls\n\n| Platform | Images | Bytes |"
    )?;
    for link in &facts.links {
        write!(out, " {link} |")?;
    }
    write!(
        out,
        "\n| --- | ---: | ---: |{}",
        " ---: |".repeat(facts.links.len())
    )?;
    for platform in &facts.summary.platforms {
        let (images, bytes) = (platform.images as u64, facts.sum(platform.distinct));
        let name = plain(&escape::text(platform_name(platform)));
        write!(out, "\n| {name} | {} | {bytes} |", thousands(images))?;
        for &link in &facts.links {
            write!(out, " {} |", facts.download_text(platform.distinct, link))?;
        }
    }
    writeln!(out, "\n\n{}", facts.method())
}

fn shared(facts: &FleetFacts, out: &mut impl Write) -> io::Result<()> {
    let all = facts.summary.shared.len();
    writeln!(out, "\n### Shared layers: {}\n", thousands(all as u64))?;
    if all == 0 {
        return Ok(());
    }
    writeln!(
        out,
        "| Images | Layers | Bytes | Saved | Created | |\n| ---: | ---: | ---: | ---: | --- | --- |"
    )?;
    for group in facts.groups() {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            thousands(group.images as u64),
            thousands(group.layers.len() as u64),
            facts.sum(group.sum),
            facts.bytes(group.saved),
            created(group),
            name(label(group)),
        )?;
    }
    writeln!(out, "\n{CREATED}")
}

fn largest(facts: &FleetFacts, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "\n### Largest images\n\n| Bytes | Own | Image |\n| ---: | ---: | --- |"
    )?;
    for image in facts.images() {
        let (bytes, own) = (facts.sum(image.sum), facts.sum(image.own));
        writeln!(out, "| {bytes} | {own} | {} |", name(&image.name))?;
    }
    Ok(())
}

fn files(facts: &FleetFacts, deep: &DeepSummary, out: &mut impl Write) -> io::Result<()> {
    let (size, hidden) = (facts.bytes(deep.size), facts.bytes(deep.hidden));
    let savings = facts.bytes(deep.savings);
    writeln!(
        out,
        "\n### Files: {size} unpacked, {hidden} hidden; fixing all findings saves {savings}\n"
    )?;
    writeln!(
        out,
        "| Category | Visible | Hidden |\n| --- | ---: | ---: |"
    )?;
    for sum in &deep.categories {
        let (visible, hidden) = (facts.bytes(sum.visible), facts.bytes(sum.hidden));
        writeln!(
            out,
            "| {} | {visible} | {hidden} |",
            plain(&escape::text(&sum.category))
        )?;
    }
    writeln!(out, "\n| Saves | Of | Image |\n| ---: | ---: | --- |")?;
    for image in deep.smaller.iter().take(facts.most) {
        let (savings, size) = (facts.bytes(image.savings), facts.bytes(image.size));
        writeln!(out, "| {savings} | {size} | {} |", name(&image.name))?;
    }
    if deep.duplicates.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\n| Layers | Bytes | Extra | The same content |\n| ---: | ---: | ---: | --- |"
    )?;
    for file in deep.duplicates.iter().take(facts.most) {
        let (bytes, extra) = (facts.bytes(file.bytes), facts.bytes(file.extra));
        let layers = thousands(file.layers as u64);
        writeln!(
            out,
            "| {layers} | {bytes} | {extra} | {} |",
            name(&file.path)
        )?;
    }
    Ok(())
}

fn errors(facts: &FleetFacts, out: &mut impl Write) -> io::Result<()> {
    let errors = &facts.summary.errors;
    if errors.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### Not read: {}\n", thousands(errors.len() as u64))?;
    for error in errors.iter().take(facts.most) {
        writeln!(
            out,
            "- {}: {}",
            name(&error.name),
            plain(&escape::text(&error.message))
        )?;
    }
    Ok(())
}

/// Returns a name as code, its control characters visible.
fn name(text: &str) -> String {
    code(&escape::text(text))
}
