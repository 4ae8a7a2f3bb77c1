@echo off
chcp 65001 >nul
setlocal
set "PYTHONUTF8=1"
set "HERE=%~dp0"
if exist "%HERE%pack\plan.yaml" set "BAYANG_RULES=%HERE%pack"
if "%~1"=="" (
  echo 请把填报表或者放填报表的文件夹拖到“核查”这个图标上。
  pause
  exit /b 2
)
set "PAGE=%TEMP%\bayang-%RANDOM%%RANDOM%.html"
if exist "%HERE%python\python.exe" (
  "%HERE%python\python.exe" -m bayang check %* --format "html=%PAGE%"
) else (
  bayang check %* --format "html=%PAGE%"
)
set "CODE=%ERRORLEVEL%"
if exist "%PAGE%" (
  start "" "%PAGE%"
) else (
  echo 没有做成核查结果，原因见上面。
  pause
)
exit /b %CODE%
