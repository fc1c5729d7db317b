@echo off
rem Chay Loa va mo trang dieu khien. Lan dau: tao dai trong thu muc "dai-phuong" ben canh tep nay.
rem Runs Loa and shows its console. The first time it makes a station in the folder "dai-phuong" beside this file.
setlocal
chcp 65001 >nul
cd /d "%~dp0"
if not exist "dai-phuong\schedules" (
  loa.exe init dai-phuong --line null
  if errorlevel 1 goto failed
)
loa.exe --home dai-phuong run --open
if errorlevel 1 goto failed
exit /b 0
:failed
echo.
pause
exit /b 1
