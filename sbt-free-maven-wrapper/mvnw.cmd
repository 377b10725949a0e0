@echo off
rem Maven for Backstay, from any folder: what mvnw does, for Windows. find-maven.ps1 finds or fetches Maven and finds a JDK;
rem arguments never pass through PowerShell, which would take -Da.b=c apart.
setlocal enableextensions disabledelayedexpansion
set "BACKSTAY_MAVEN="
set "BACKSTAY_JDK="
for /f "usebackq tokens=1,* delims==" %%a in (`powershell -NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "%~dp0find-maven.ps1"`) do (
    if "%%a"=="maven" set "BACKSTAY_MAVEN=%%b"
    if "%%a"=="jdk" set "BACKSTAY_JDK=%%b"
)
if not defined BACKSTAY_MAVEN exit /b 2
if not defined BACKSTAY_JDK exit /b 2
set "JAVA_HOME=%BACKSTAY_JDK%"

set "BACKSTAY_POM=1"
for %%a in (%*) do (
    if "%%~a"=="-f" set "BACKSTAY_POM="
    if "%%~a"=="--file" set "BACKSTAY_POM="
)
if defined BACKSTAY_POM (
    call "%BACKSTAY_MAVEN%" -f "%~dp0..\pom.xml" %*
) else (
    call "%BACKSTAY_MAVEN%" %*
)
exit /b %ERRORLEVEL%
