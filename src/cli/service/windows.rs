//! The service on Windows: the daemon in session 0, from the start of the PC on.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use windows_service::service::{
    ServiceAccess, ServiceAction, ServiceActionType, ServiceControl, ServiceControlAccept, ServiceErrorControl,
    ServiceExitCode, ServiceFailureActions, ServiceFailureResetPeriod, ServiceInfo, ServiceStartType, ServiceState,
    ServiceStatus, ServiceType,
};
use windows_service::service_control_handler::{self, ServiceControlHandlerResult, ServiceStatusHandle};
use windows_service::service_manager::{ServiceManager, ServiceManagerAccess};
use windows_service::{define_windows_service, service_dispatcher};

use super::{Choice, Stands, failed, restarted, what_to_run};
use crate::cli::printing::{put, put_line};
use crate::cli::run::NOT_AGAIN;
use crate::cli::{Context, Failure, WRONG_USE, run};
use crate::daemon::{self, Options};
use crate::problem::Text;
use crate::{files, loading, program_log};

/// How long a stop may take, as the system is told.
const STOP_WAIT: Duration = Duration::from_secs(5);
/// So long a stop is waited for before a start: a disk that stands still holds up one.
const LONGEST_STOP: Duration = Duration::from_secs(60);
/// How often it is looked whether it has stopped.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// A day without a crash forgets those before it.
const FORGET_CRASHES: Duration = Duration::from_secs(24 * 3600);

/// What the service runs with: the system calls its main function with nothing of ours.
static CONTEXT: OnceLock<Context> = OnceLock::new();

define_windows_service!(service_main_of_the_system, service_main);

#[expect(clippy::needless_pass_by_value, reason = "windows-service hands errors over")]
fn refused(error: windows_service::Error) -> Failure {
    let windows_service::Error::Winapi(error) = error else { return failed(&files::quoted(&error)) };
    let why = files::cause(&error);
    if error.kind() != ErrorKind::PermissionDenied {
        return failed(&why);
    }
    failed(&Text::new(
        format!("{}; dịch vụ phải cài và sửa trong cửa sổ lệnh mở bằng `Run as administrator`", why.vi),
        format!("{}; services are installed and changed in a window opened by `Run as administrator`", why.en),
    ))
}

fn info(choice: &Choice, program: &Path, home: &Path) -> ServiceInfo {
    let words = ["--home".into(), home.into(), "service".into(), "serve".into()];
    ServiceInfo {
        name: choice.name.clone().into(),
        display_name: OsString::from("Loa, the ward's loudspeaker"),
        service_type: ServiceType::OWN_PROCESS,
        start_type: ServiceStartType::AutoStart,
        error_control: ServiceErrorControl::Normal,
        executable_path: program.to_owned(),
        launch_arguments: words.to_vec(),
        dependencies: Vec::new(),
        account_name: choice.account.clone().map(OsString::from),
        account_password: None,
    }
}

pub(super) fn print(choice: &Choice, program: &Path, home: &Path, _context: &Context) -> Result<u8, Failure> {
    let info = info(choice, program, home);
    put(&format!("{:?} {:?}\n", info.executable_path, info.launch_arguments))?;
    Ok(0)
}

pub(super) fn install(choice: &Choice, context: &Context) -> Result<u8, Failure> {
    let (program, home) = what_to_run(context)?;
    let access = ServiceManagerAccess::CONNECT | ServiceManagerAccess::CREATE_SERVICE;
    let manager = ServiceManager::local_computer(None::<&str>, access).map_err(refused)?;
    let service = manager.create_service(&info(choice, &program, &home), access_to_install()).map_err(refused)?;
    let again = ServiceAction { action_type: ServiceActionType::Restart, delay: Duration::from_secs(2) };
    let after_a_crash = ServiceFailureActions {
        reset_period: ServiceFailureResetPeriod::After(FORGET_CRASHES),
        reboot_msg: None,
        command: None,
        actions: Some(vec![again; 3]),
    };
    let set_up = || {
        service.update_failure_actions(after_a_crash)?;
        // One that says that it ended for a fault is started again as one that crashed is: a disk or another Loa may pass.
        service.set_failure_actions_on_non_crash_failures(true)?;
        service.start(&[] as &[OsString])
    };
    if let Err(error) = set_up() {
        // Half an installation would keep the next one out.
        let _ = service.delete();
        return Err(refused(error));
    }
    let said = Text::new(
        format!("Đã cài và chạy dịch vụ `{}`.", choice.name),
        format!("The service `{}` is installed and runs.", choice.name),
    );
    put_line(&said, context.lang)?;
    Ok(0)
}

fn access_to_install() -> ServiceAccess {
    ServiceAccess::START | ServiceAccess::CHANGE_CONFIG | ServiceAccess::DELETE
}

pub(super) fn uninstall(choice: &Choice, context: &Context) -> Result<u8, Failure> {
    let manager = ServiceManager::local_computer(None::<&str>, ServiceManagerAccess::CONNECT).map_err(refused)?;
    let access = ServiceAccess::STOP | ServiceAccess::DELETE;
    let service = manager.open_service(&choice.name, access).map_err(refused)?;
    // One that does not run cannot be stopped; it is removed all the same.
    let _ = service.stop();
    service.delete().map_err(refused)?;
    let said = Text::new(
        format!("Đã gỡ dịch vụ `{}`; kế hoạch, bản ghi và nhật ký còn nguyên.", choice.name),
        format!("The service `{}` is removed; schedules, recordings and the log stay.", choice.name),
    );
    put_line(&said, context.lang)?;
    Ok(0)
}

pub(super) fn restart(choice: &Choice, context: &Context) -> Result<u8, Failure> {
    let manager = ServiceManager::local_computer(None::<&str>, ServiceManagerAccess::CONNECT).map_err(refused)?;
    let access = ServiceAccess::STOP | ServiceAccess::START | ServiceAccess::QUERY_STATUS;
    let service = manager.open_service(&choice.name, access).map_err(refused)?;
    // One that does not run cannot be stopped; it is started all the same.
    let _ = service.stop();
    let deadline = Instant::now() + LONGEST_STOP;
    while service.query_status().map_err(refused)?.current_state != ServiceState::Stopped {
        // It would be refused as one that runs, and be gone a moment later.
        if Instant::now() > deadline {
            return Err(still_stopping(choice));
        }
        std::thread::sleep(LOOK_AGAIN);
    }
    service.start(&[] as &[OsString]).map_err(refused)?;
    put_line(&restarted(choice), context.lang)?;
    Ok(0)
}

fn still_stopping(choice: &Choice) -> Failure {
    let name = &choice.name;
    failed(&Text::new(
        format!(
            "dịch vụ `{name}` chưa dừng xong nên chưa chạy lại được; đợi một lát rồi `loa service restart` lần nữa"
        ),
        format!(
            "the service `{name}` has not stopped yet, so it is not started; wait a while, then `loa service restart`"
        ),
    ))
}

pub(super) fn status(choice: &Choice, _context: &Context) -> Result<Stands, Failure> {
    let manager = ServiceManager::local_computer(None::<&str>, ServiceManagerAccess::CONNECT).map_err(refused)?;
    let service = manager.open_service(&choice.name, ServiceAccess::QUERY_STATUS).map_err(refused)?;
    let state = service.query_status().map_err(refused)?.current_state;
    let active = state == ServiceState::Running;
    Ok(Stands { active, state: format!("{state:?}"), detail: None, enabled: None, restarts: None, says: None })
}

/// What the system starts: hands this thread over to it until the service has ended.
pub(super) fn serve(context: &Context) -> Result<u8, Failure> {
    let _ = CONTEXT.set(context.clone());
    service_dispatcher::start("loa", service_main_of_the_system).map_err(refused)?;
    Ok(0)
}

fn service_main(_: Vec<OsString>) {
    let Some(context) = CONTEXT.get() else { return };
    let stop = Arc::new(Notify::new());
    let told = stop.clone();
    let registered = service_control_handler::register("loa", move |control| match control {
        ServiceControl::Stop | ServiceControl::Shutdown => {
            told.notify_one();
            ServiceControlHandlerResult::NoError
        }
        ServiceControl::Interrogate => ServiceControlHandlerResult::NoError,
        _ => ServiceControlHandlerResult::NotImplemented,
    });
    let Ok(system) = registered else { return };
    tell(&system, ServiceState::StartPending, 0);
    let status = air(context, stop, &system);
    tell(&system, ServiceState::Stopped, status);
}

/// The daemon, until it is told to stop; its exit status.
fn air(context: &Context, stop: Arc<Notify>, system: &ServiceStatusHandle) -> u8 {
    let home = match context.find_home() {
        Ok(home) => home,
        Err(failure) => return failure.status,
    };
    let zone = loading::load_station(&home).station.unwrap_or_default().zone;
    let _log = program_log::start(Some(&home.program_log()), &zone);
    let options = Options { home, device: None, until_done: false, lang: context.lang, stop };
    let ended = daemon::run(&options, |_| tell(system, ServiceState::Running, 0)).map_err(run::failure);
    ended.map_or_else(
        |failure| {
            tracing::error!("{}", failure.text.en);
            failure.status
        },
        |()| 0,
    )
}

fn tell(system: &ServiceStatusHandle, state: ServiceState, exit_status: u8) {
    let accepted = match state {
        ServiceState::Running => ServiceControlAccept::STOP | ServiceControlAccept::SHUTDOWN,
        _ => ServiceControlAccept::empty(),
    };
    let exit_code = match exit_status {
        // What no start mends is told in the program's log and ends in order, so that it is not started again.
        0 | WRONG_USE | NOT_AGAIN => ServiceExitCode::Win32(0),
        status => ServiceExitCode::ServiceSpecific(u32::from(status)),
    };
    let status = ServiceStatus {
        service_type: ServiceType::OWN_PROCESS,
        current_state: state,
        controls_accepted: accepted,
        exit_code,
        checkpoint: 0,
        wait_hint: STOP_WAIT,
        process_id: None,
    };
    // The system that started us is gone: nothing to be told.
    let _ = system.set_service_status(status);
}
