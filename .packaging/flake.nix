# nix run 'github:dive-rs/dive-rs?dir=.packaging' -- IMAGE
{
  description = "Explore, compare and check container images layer by layer";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      forEach = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
      manifest = (builtins.fromTOML (builtins.readFile ../Cargo.toml)).package;
    in
    {
      packages = forEach (pkgs: {
        default = pkgs.rustPlatform.buildRustPackage {
          pname = manifest.name;
          version = manifest.version;
          src = ./..;
          cargoLock.lockFile = ../Cargo.lock;
          nativeBuildInputs = [ pkgs.installShellFiles ];
          # The tests need engines and a terminal.
          doCheck = false;
          DIVE_RS_COMMIT = self.rev or "dirty";
          postInstall = ''
            $out/bin/dive-rs man dive-rs >dive-rs.1
            $out/bin/dive-rs man dive-ci >dive-ci.5
            installManPage dive-rs.1 dive-ci.5
            installShellCompletion --cmd dive-rs \
              --bash <($out/bin/dive-rs completion bash) \
              --zsh <($out/bin/dive-rs completion zsh) \
              --fish <($out/bin/dive-rs completion fish)
          '';
          meta = {
            description = manifest.description;
            homepage = manifest.repository;
            license = pkgs.lib.licenses.mit;
            mainProgram = "dive-rs";
          };
        };
      });
      devShells = forEach (pkgs: {
        default = pkgs.mkShell {
          inputsFrom = [ self.packages.${pkgs.stdenv.hostPlatform.system}.default ];
          packages = [ pkgs.clippy pkgs.rustfmt pkgs.cargo-deny pkgs.cargo-machete ];
        };
      });
    };
}
