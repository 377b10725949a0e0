# shellcheck shell=sh disable=SC2034
# Sourced, never run (POSIX sh). find_jdk sets BACKSTAY_JAVA_HOME and BACKSTAY_JAVA_MAJOR to a JDK 21 or newer: JAVA_HOME
# when it is new enough, else the java on PATH, else the newest under the system's JVM folders. "find_jdk jre" is content
# with a runtime that has no compiler. Answers 1 where there is none; no_jdk_message says then what to do.

BACKSTAY_JAVA_MINIMUM=21

# Prints the major version of the Java in folder $1, or 0. Every Java since 9 has the file, and reading it is quicker than
# starting a JVM.
jdk_major() {
    jdk_version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null | head -n 1)
    echo "${jdk_version:-0}"
}

# Is there a Java of the wanted kind in folder $1, new enough? Sets jdk_found_major.
jdk_fits() {
    [ -n "$1" ] && [ -x "$1/bin/java" ] || return 1
    [ "$jdk_kind" = jre ] || [ -x "$1/bin/javac" ] || return 1
    jdk_found_major=$(jdk_major "$1")
    [ "$jdk_found_major" -ge "$BACKSTAY_JAVA_MINIMUM" ]
}

jdk_take() {
    BACKSTAY_JAVA_HOME=$1
    BACKSTAY_JAVA_MAJOR=$jdk_found_major
}

# The folder of the java on PATH, through links such as /usr/bin/java; what is no link but a launcher (macOS, version
# managers) is asked.
jdk_on_path() {
    jdk_link=$(command -v java 2>/dev/null) || return 1
    while [ -L "$jdk_link" ]; do
        jdk_target=$(readlink "$jdk_link")
        case $jdk_target in
            /*) jdk_link=$jdk_target ;;
            *) jdk_link=$(dirname "$jdk_link")/$jdk_target ;;
        esac
    done
    jdk_folder=$(cd "$(dirname "$jdk_link")/.." 2>/dev/null && pwd -P) || return 1
    if [ -r "$jdk_folder/release" ]; then
        echo "$jdk_folder"
    else
        "$jdk_link" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p'
    fi
}

find_jdk() {
    jdk_kind=${1:-jdk}
    if jdk_fits "${JAVA_HOME:-}"; then
        jdk_take "$JAVA_HOME"
        return 0
    fi
    jdk_path=$(jdk_on_path) || jdk_path=
    if jdk_fits "$jdk_path"; then
        jdk_take "$jdk_path"
        return 0
    fi
    jdk_newest=0
    for jdk_home in ${BACKSTAY_JVM_FOLDERS:-/usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*}; do
        if jdk_fits "$jdk_home" && [ "$jdk_found_major" -gt "$jdk_newest" ]; then
            jdk_newest=$jdk_found_major
            jdk_take "$jdk_home"
        fi
    done
    [ "$jdk_newest" -gt 0 ]
}

no_jdk_message() {
    echo "$1: no Java $BACKSTAY_JAVA_MINIMUM or newer found: neither JAVA_HOME (${JAVA_HOME:-not set}), nor the java on PATH, nor the system's JVM folders have one." >&2
    echo "$1: install a JDK $BACKSTAY_JAVA_MINIMUM or newer (Debian, Ubuntu: openjdk-21-jdk-headless or openjdk-25-jdk-headless), or set JAVA_HOME to one." >&2
}
