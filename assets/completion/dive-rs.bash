# Completion of dive-rs in bash. Load it with: . <(dive-rs completion bash)

_dive_rs() {
  local word candidate cut IFS=$' \t\n'
  local words=()
  # bash has split the line at the characters of COMP_WORDBREAKS, among them ":" and "=".
  for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
    if [ ${#words[@]} -gt 1 ] && [[ $word == [:=]* || ${words[${#words[@]} - 1]} == *[:=] ]]; then
      words[${#words[@]} - 1]+=$word
    else
      words+=("$word")
    fi
  done
  # What bash keeps of the last word when it inserts a candidate.
  cut=${words[${#words[@]} - 1]}
  case $cut in
    *[:=]*) cut=${cut%"${cut##*[:=]}"} ;;
    *) cut= ;;
  esac
  COMPREPLY=()
  while IFS= read -r candidate; do
    candidate=${candidate#"$cut"}
    case $candidate in
      */ | *:// | *=) compopt -o nospace 2>/dev/null ;;
    esac
    COMPREPLY+=("$candidate")
  done < <(DIVE_RS_COMPLETE=bash dive-rs -- "${words[@]}" 2>/dev/null)
}

complete -o bashdefault -F _dive_rs dive-rs
