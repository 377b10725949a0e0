# For mvnw.cmd: prints "jdk=<folder>" and "maven=<mvn.cmd>"; messages go to standard error, exit status 2 when something is
# missing. The rules are those of mvnw and find-jdk.sh.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$minimumJava = 21
$properties = @{}
Get-Content (Join-Path $PSScriptRoot 'maven-wrapper.properties') | ForEach-Object {
    if ($_ -match '^([a-z0-9]+)=(.*)$') { $properties[$Matches[1]] = $Matches[2] }
}

function Stop-With([string[]] $lines) {
    foreach ($line in $lines) { [Console]::Error.WriteLine("mvnw: $line") }
    exit 2
}

function Get-JavaMajor([string] $folder) {
    if (-not $folder -or -not (Test-Path (Join-Path $folder 'bin\javac.exe'))) { return 0 }
    $release = Join-Path $folder 'release'
    if (-not (Test-Path $release)) { return 0 }
    foreach ($line in Get-Content $release) {
        if ($line -match '^JAVA_VERSION="(\d+)') { return [int] $Matches[1] }
    }
    return 0
}

function Find-Jdk {
    if ((Get-JavaMajor $env:JAVA_HOME) -ge $minimumJava) { return $env:JAVA_HOME }
    $java = Get-Command java.exe -ErrorAction SilentlyContinue | Select-Object -First 1
    if ($java) {
        $folder = Split-Path (Split-Path $java.Source)
        if ((Get-JavaMajor $folder) -ge $minimumJava) { return $folder }
    }
    $best = ''
    $newest = $minimumJava - 1
    foreach ($vendor in 'Java', 'Eclipse Adoptium', 'Microsoft', 'Zulu', 'Amazon Corretto', 'BellSoft') {
        $place = Join-Path $env:ProgramFiles $vendor
        if (-not (Test-Path $place)) { continue }
        foreach ($folder in Get-ChildItem $place -Directory) {
            $major = Get-JavaMajor $folder.FullName
            if ($major -gt $newest) { $best = $folder.FullName; $newest = $major }
        }
    }
    return $best
}

function Find-InstalledMaven {
    $candidates = @()
    if ($env:MAVEN_HOME) { $candidates += Join-Path $env:MAVEN_HOME 'bin\mvn.cmd' }
    $onPath = Get-Command mvn.cmd -ErrorAction SilentlyContinue | Select-Object -First 1
    if ($onPath) { $candidates += $onPath.Source }
    foreach ($candidate in $candidates) {
        if (-not (Test-Path $candidate)) { continue }
        $said = (& $candidate --version | Out-String)
        if ($said -match 'Apache Maven (3\.\d+\.\d+)' -and [version] $Matches[1] -ge [version] $properties['minimum']) {
            return $candidate
        }
    }
    return ''
}

function Get-PinnedMaven {
    $version = $properties['version']
    $wanted = $properties['sha512']
    $address = if ($env:BACKSTAY_MAVEN_ADDRESS) { $env:BACKSTAY_MAVEN_ADDRESS } else { $properties['address'] }
    $cache = Join-Path $env:LOCALAPPDATA 'backstay\maven'
    $place = Join-Path $cache ('{0}-{1}' -f $version, $wanted.Substring(0, 16))
    $maven = Join-Path $place 'bin\mvn.cmd'
    if (Test-Path $maven) { return $maven }

    $scratch = Join-Path $cache ('fetch.' + [guid]::NewGuid())
    New-Item -ItemType Directory -Force $scratch | Out-Null
    try {
        [Console]::Error.WriteLine("mvnw: no installed Maven $($properties['minimum']) or newer; fetching Maven $version from $address")
        $archive = Join-Path $scratch 'maven.tar.gz'
        try { Invoke-WebRequest -UseBasicParsing -Uri $address -OutFile $archive }
        catch {
            Stop-With "could not fetch $address ($_)", 'Try again, set BACKSTAY_MAVEN_ADDRESS to a mirror, or install Maven.'
        }
        $found = (Get-FileHash -Algorithm SHA512 $archive).Hash.ToLowerInvariant()
        if ($found -ne $wanted) {
            Stop-With "what came from $address is not Maven ${version}: refused.", "SHA-512 wanted: $wanted", "SHA-512 found:  $found"
        }
        & "$env:SystemRoot\System32\tar.exe" -xzf $archive -C $scratch
        if ($LASTEXITCODE -ne 0) { Stop-With 'the archive could not be unpacked.' }
        try { Move-Item (Join-Path $scratch "apache-maven-$version") $place }
        catch { if (-not (Test-Path $maven)) { throw } } # another mvnw was quicker: its copy is the same
        return $maven
    } finally { Remove-Item -Recurse -Force $scratch -ErrorAction SilentlyContinue }
}

$jdk = Find-Jdk
if (-not $jdk) {
    Stop-With "no Java $minimumJava or newer found: neither JAVA_HOME, nor the java on PATH, nor Program Files have a JDK.",
        "Install a JDK $minimumJava or newer, or set JAVA_HOME to one."
}
$env:JAVA_HOME = $jdk
$maven = Find-InstalledMaven
if (-not $maven) { $maven = Get-PinnedMaven }
Write-Output "jdk=$jdk"
Write-Output "maven=$maven"
