#!/bin/sh
# Checks what is dropped on it (macOS, Linux) and opens the page with the result. Without anything it asks.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 2
if [ $# -eq 0 ]; then
    printf '%s' '请把填报表或者放填报表的文件夹拖到这个窗口里，再按回车：'
    IFS= read -r typed || exit 2
    typed=$(printf '%s' "$typed" | sed -e 's/[[:space:]]*$//')
    if [ -e "$typed" ]; then
        set -- "$typed"
    else        # several, with the backslashes or quotation marks that a terminal puts there
        names=$(printf '%s\n' "$typed" | xargs printf '%s\n' 2>&-) || names=$typed
        IFS='
'
        set -f
        set -- $names
    fi
fi
if [ -f "$here/pack/plan.yaml" ]; then
    BAYANG_RULES=$here/pack
    export BAYANG_RULES
fi
bayang=$here/bayang/bin/bayang
[ -x "$bayang" ] || bayang=bayang
folder=$(mktemp -d "${TMPDIR:-/tmp}/bayang-XXXXXX") || exit 2
"$bayang" check "$@" --format "html=$folder/核查结果.html"
code=$?
if [ -f "$folder/核查结果.html" ]; then
    if [ "$(uname)" = Darwin ]; then open "$folder/核查结果.html"; else xdg-open "$folder/核查结果.html"; fi
else
    echo 没有做成核查结果，原因见上面。
    rmdir "$folder"
fi
exit $code
