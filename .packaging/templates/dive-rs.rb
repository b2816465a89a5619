# Homebrew's formula, for a tap.
class DiveRs < Formula
  desc "Explore, compare and check container images layer by layer"
  homepage "https://github.com/dive-rs/dive-rs"
  version "@VERSION@"
  license "MIT"

  on_macos do
    url "https://github.com/dive-rs/dive-rs/releases/download/v@VERSION@/dive-rs-universal-apple-darwin.tar.gz"
    sha256 "@SHA256 dive-rs-universal-apple-darwin.tar.gz@"
  end

  on_linux do
    on_intel do
      url "https://github.com/dive-rs/dive-rs/releases/download/v@VERSION@/dive-rs-x86_64-unknown-linux-musl.tar.gz"
      sha256 "@SHA256 dive-rs-x86_64-unknown-linux-musl.tar.gz@"
    end
    on_arm do
      url "https://github.com/dive-rs/dive-rs/releases/download/v@VERSION@/dive-rs-aarch64-unknown-linux-musl.tar.gz"
      sha256 "@SHA256 dive-rs-aarch64-unknown-linux-musl.tar.gz@"
    end
  end

  def install
    bin.install "dive-rs"
    man1.install "man/dive-rs.1"
    man5.install "man/dive-ci.5"
    bash_completion.install "completions/dive-rs.bash" => "dive-rs"
    zsh_completion.install "completions/_dive-rs"
    fish_completion.install "completions/dive-rs.fish"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/dive-rs --version")
    assert_match "go-app", shell_output("#{bin}/dive-rs --demo")
  end
end
